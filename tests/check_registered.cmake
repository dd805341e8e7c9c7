# Fails when a file named *_test.cc is in no CMakeLists.txt of its folder: a test nobody runs. Run by ctest as
# `registered`.
#   cmake -DSOURCE=<checkout> -P check_registered.cmake

file(GLOB_RECURSE tests RELATIVE "${SOURCE}" "${SOURCE}/tests/*_test.cc")
set(forgotten "")
foreach(test ${tests})
  # The nearest folder above with a CMakeLists.txt must name it, by its path from there.
  get_filename_component(folder "${test}" DIRECTORY)
  while(NOT EXISTS "${SOURCE}/${folder}/CMakeLists.txt")
    get_filename_component(folder "${folder}" DIRECTORY)
  endwhile()
  file(RELATIVE_PATH path "${SOURCE}/${folder}" "${SOURCE}/${test}")
  file(STRINGS "${SOURCE}/${folder}/CMakeLists.txt" lines)
  set(found FALSE)
  foreach(line ${lines})
    string(STRIP "${line}" line)
    if(line STREQUAL path)
      set(found TRUE)
    endif()
  endforeach()
  if(NOT found)
    list(APPEND forgotten "${test}")
  endif()
endforeach()

if(NOT tests)
  message(FATAL_ERROR "no tests under ${SOURCE}/tests")
endif()
if(forgotten)
  list(JOIN forgotten "\n  " text)
  message(FATAL_ERROR "tests that nobody runs:\n  ${text}")
endif()
