# Fails when two headers define types of one name: all are in namespace pvc, and the linker takes one of them
# for both without a word. Run by ctest as `types`.
#   cmake -DSOURCE=<checkout> -P check_types.cmake

file(GLOB_RECURSE headers RELATIVE "${SOURCE}" "${SOURCE}/src/*.h")
set(problems "")
set(names "")
foreach(header ${headers})
  file(STRINGS "${SOURCE}/${header}" definitions REGEX "^(class|struct) [A-Za-z]+( final)?( :.*)? {$")
  foreach(definition ${definitions})
    string(REGEX REPLACE "^(class|struct) ([A-Za-z]+).*" "\\2" name "${definition}")
    list(FIND names "${name}" found)
    if(NOT found EQUAL -1)
      list(APPEND problems "${header}: another header defines '${name}' too")
    endif()
    list(APPEND names "${name}")
  endforeach()
endforeach()

list(LENGTH names count)
if(count LESS 100)
  message(FATAL_ERROR "only ${count} types found under ${SOURCE}/src")
endif()
if(problems)
  list(JOIN problems "\n  " text)
  message(FATAL_ERROR "types:\n  ${text}")
endif()
