# Installing: the tool, the libraries with their headers, and the package files
# for find_package(Toscount).
include(CMakePackageConfigHelpers)

get_property(LIBRARIES GLOBAL PROPERTY TOSCOUNT_LIBRARIES)
install(TARGETS ${LIBRARIES} EXPORT ToscountTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/toscount DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT ToscountTargets NAMESPACE toscount::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Toscount)
configure_package_config_file(cmake/ToscountConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/ToscountConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Toscount)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/ToscountConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ToscountConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/ToscountConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Toscount)
