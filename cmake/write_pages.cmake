# Has a pvc binary print its manual pages and completion scripts into a folder. Run by the build.
#   cmake -DPVC=<binary> -DPAGES=<folder> -P write_pages.cmake

function(pvc_print path)
  execute_process(COMMAND "${PVC}" ${ARGN} OUTPUT_FILE "${path}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${PAGES}")
file(MAKE_DIRECTORY "${PAGES}/man1")
pvc_print("${PAGES}/man1/pvc.1" help --man)
execute_process(COMMAND "${PVC}" help --names OUTPUT_VARIABLE names COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE "\n" ";" names "${names}")
foreach(name IN LISTS names)
  pvc_print("${PAGES}/man1/pvc-${name}.1" help --man ${name})
endforeach()
foreach(shell bash zsh fish)
  pvc_print("${PAGES}/pvc.${shell}" completion ${shell})
endforeach()
file(TOUCH "${PAGES}/stamp")
