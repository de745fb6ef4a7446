# toscount_library(NAME [DEPENDS room...] [LINK target...])
#
# One room: lib/NAME/*.cpp becomes the library toscountNAME (exported as
# toscount::NAME). DEPENDS names the rooms it may include from; a test holds
# the include lines to the same list.
function(toscount_library NAME)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(toscount${NAME} STATIC ${SOURCES})
  add_library(toscount::${NAME} ALIAS toscount${NAME})
  set_target_properties(toscount${NAME} PROPERTIES EXPORT_NAME ${NAME})
  target_include_directories(toscount${NAME} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(toscount${NAME} SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS})
  target_compile_features(toscount${NAME} PUBLIC cxx_std_20)
  target_link_libraries(toscount${NAME} PRIVATE $<BUILD_INTERFACE:toscount_options>)
  foreach(ROOM ${ARG_DEPENDS})
    target_link_libraries(toscount${NAME} PUBLIC toscount${ROOM})
  endforeach()
  if(ARG_LINK)
    target_link_libraries(toscount${NAME} PUBLIC ${ARG_LINK})
  endif()
  set_property(GLOBAL APPEND PROPERTY TOSCOUNT_LIBRARIES toscount${NAME})
endfunction()
