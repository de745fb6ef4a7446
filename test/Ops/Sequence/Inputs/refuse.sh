# refuse.sh PYTHON MODELS TOOL: what the tool says about each model.
for name in nested nested-40 itself cycle mixed empty-at empty-erase empty-concat empty-type outside far relu \
  not-a-sequence split-zero split-negative split-huge split-sum split-minus split-overflow split-axis get-nothing \
  optional-twice front-many front long-loop; do
  said=$("$1" "$2" "$name" | "$3" count - --phase infer --format csv --columns name 2>&1 >/dev/null)
  case $? in
  0) echo "$name: counted" ;;
  1) echo "$name: ${said#toscount: error: -: }" ;;
  *) echo "$name: CRASHED: $said" ;;
  esac
done
