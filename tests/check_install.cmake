# Fails unless `cmake --install` puts the program, its manual, completions, extension and documents in place. Run by ctest
# as `install`.
#   cmake -DBUILD=<build folder> -P check_install.cmake

include("${CMAKE_CURRENT_LIST_DIR}/check_files.cmake")

make_scratch(scratch)
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${scratch}/prefix"
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
expect_files("${scratch}/prefix" site-functions)
file(MAKE_DIRECTORY "${scratch}/shop")
expect_history("${scratch}/prefix/bin/pvc" "${scratch}/shop")
expect_extension("${scratch}/prefix" "${scratch}/shop")
file(REMOVE_RECURSE "${scratch}")
