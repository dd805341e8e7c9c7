# What `cmake --install` puts in place, and the Debian package that `cpack -G DEB` makes of it: the program, its
# manual and completions, which it prints itself, the extension for SQLite, and the documents.

include(GNUInstallDirs)

set(pages "${CMAKE_BINARY_DIR}/pages")
add_custom_command(
  OUTPUT "${pages}/stamp"
  COMMAND "${CMAKE_COMMAND}" -DPVC=$<TARGET_FILE:pvc> "-DPAGES=${pages}"
          -P "${CMAKE_CURRENT_LIST_DIR}/write_pages.cmake"
  DEPENDS pvc "${CMAKE_CURRENT_LIST_DIR}/write_pages.cmake"
  COMMENT "Writing manual pages and completions"
  VERBATIM)
add_custom_target(pvc_pages ALL DEPENDS "${pages}/stamp")

install(TARGETS pvc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
# One place whatever the prefix, so that documents can name it; below /usr the loader finds it by its name alone.
install(TARGETS pvc_extension LIBRARY DESTINATION lib)
install(DIRECTORY "${pages}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}")
install(FILES "${pages}/pvc.bash" RENAME pvc
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
# Debian's zsh looks for what packages bring, under /usr, in a folder of its own.
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\")
    set(folder vendor-completions)
  endif()
  file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\"
       TYPE FILE RENAME _pvc FILES \"${pages}/pvc.zsh\")")
install(FILES "${pages}/pvc.fish"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(FILES "${CMAKE_SOURCE_DIR}/README.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pvc)
set(CPACK_PACKAGE_CONTACT "pvc developers <pvc@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "version control for SQLite databases")
set(CPACK_PACKAGE_DESCRIPTION
    "pvc gives a SQLite database what git gives source code: commits, branches, diffs and every past
state. The database stays a stock SQLite file; its history lies beside it in the folder .pvc.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
