# Fails unless cpack makes a Debian package that holds everything, names the libraries it needs, and whose program
# runs where it is unpacked. Run by ctest as `package`.
#   cmake -DBUILD=<build folder> -DVERSION=<x.y.z> -P check_package.cmake

include("${CMAKE_CURRENT_LIST_DIR}/check_files.cmake")

foreach(tool dpkg-deb dpkg-shlibdeps)
  find_program(${tool}_path ${tool})
  if(NOT ${tool}_path)
    message("SKIPPED: ${tool} is not installed: no package was made")
    return()
  endif()
endforeach()

make_scratch(scratch)
# By itself cpack builds all targets before it installs. Nothing is to be built from within a test, so it
# gets what is installed already.
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${scratch}/stage/usr"
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND cpack -G DEB -B "${scratch}" --config "${BUILD}/CPackConfig.cmake"
                        -D CPACK_INSTALL_CMAKE_PROJECTS=
                        -D "CPACK_INSTALLED_DIRECTORIES=${scratch}/stage;."
                OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "cpack: ${out}")
endif()
execute_process(COMMAND dpkg --print-architecture OUTPUT_VARIABLE architecture
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(package "${scratch}/pvc_${VERSION}_${architecture}.deb")
if(NOT EXISTS "${package}")
  message(FATAL_ERROR "cpack did not make ${package}: ${out}")
endif()

execute_process(COMMAND dpkg-deb -f "${package}" Depends OUTPUT_VARIABLE depends
                COMMAND_ERROR_IS_FATAL ANY)
foreach(library libc6 libsqlite3-0 libsodium23 libzstd1 libedit2 libboost-program-options)
  if(NOT depends MATCHES "${library}")
    message(SEND_ERROR "the package does not depend on ${library}: ${depends}")
  endif()
endforeach()
execute_process(COMMAND dpkg-deb -x "${package}" "${scratch}/unpacked" COMMAND_ERROR_IS_FATAL ANY)
expect_files("${scratch}/unpacked/usr" vendor-completions)
file(MAKE_DIRECTORY "${scratch}/shop")
expect_history("${scratch}/unpacked/usr/bin/pvc" "${scratch}/shop")
expect_extension("${scratch}/unpacked/usr" "${scratch}/shop")
file(REMOVE_RECURSE "${scratch}")
