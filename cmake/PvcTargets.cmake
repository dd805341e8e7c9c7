# What every target of the project has in common: warnings, sanitizers, the include root.

add_library(pvc_options INTERFACE)
target_include_directories(pvc_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(pvc_options INTERFACE -Wall -Wextra -Wshadow -Wconversion)
# GCC 12 sees overlaps in std::string's own code at -O2 (its bug 105651).
target_compile_options(pvc_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(PVC_WERROR)
  target_compile_options(pvc_options INTERFACE -Werror)
endif()
if(PVC_SANITIZE)
  target_compile_options(pvc_options INTERFACE -fsanitize=${PVC_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  target_link_options(pvc_options INTERFACE -fsanitize=${PVC_SANITIZE})
endif()

# Halves the time of builds whose every file is compiled slowly.
function(pvc_precompile name)
  if(PVC_PCH)
    target_precompile_headers(${name} PRIVATE <algorithm> <functional> <map> <memory> <optional>
                              <string> <string_view> <vector> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# pvc_layer(NAME SOURCES ... DEPENDS ...): one static library per layer of docs/architecture.md. All of them
# can go into the loadable extension. Hidden symbols cannot be replaced from outside, so that position-independent
# code is inlined as other code is.
function(pvc_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                           CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${name} PUBLIC pvc_options ${ARG_DEPENDS})
  pvc_precompile(${name})
endfunction()
