# What check_install.cmake and check_package.cmake expect below a prefix such as /usr.

# Makes an empty folder under the system's temporary one, and sets `variable` to its path.
function(make_scratch variable)
  execute_process(COMMAND mktemp -d -t pvc-check.XXXXXX OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} "${folder}" PARENT_SCOPE)
endfunction()

# Fails unless everything of pvc is below `prefix`; `zsh` is the folder for zsh's completion.
function(expect_files prefix zsh)
  set(pvc "${prefix}/bin/pvc")
  execute_process(COMMAND "${pvc}" help --names OUTPUT_VARIABLE names COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" names "${names}")
  set(files
      share/man/man1/pvc.1
      share/bash-completion/completions/pvc
      share/zsh/${zsh}/_pvc
      share/fish/vendor_completions.d/pvc.fish
      share/doc/pvc/README.md
      share/doc/pvc/docs/format.md
      share/doc/pvc/docs/sql.md
      share/doc/pvc/docs/examples/time_travel.py
      lib/pvc_sqlite.so)
  foreach(name IN LISTS names)
    list(APPEND files share/man/man1/pvc-${name}.1)
  endforeach()
  foreach(file IN LISTS files)
    if(NOT EXISTS "${prefix}/${file}")
      message(SEND_ERROR "not installed: ${file}")
      continue()
    endif()
    file(SIZE "${prefix}/${file}" size)
    if(size EQUAL 0)
      message(SEND_ERROR "empty: ${file}")
    endif()
  endforeach()
endfunction()

# Fails unless the binary makes a history of a database that it is given.
function(expect_history pvc folder)
  file(WRITE "${folder}/make.sql" "CREATE TABLE t(a INTEGER PRIMARY KEY); INSERT INTO t VALUES(1);")
  execute_process(COMMAND sqlite3 app.db ".read make.sql" WORKING_DIRECTORY "${folder}"
                  COMMAND_ERROR_IS_FATAL ANY)
  foreach(words "init" "import;app.db;-m;first" "log;--oneline" "fsck")
    execute_process(COMMAND "${pvc}" ${words} WORKING_DIRECTORY "${folder}" OUTPUT_VARIABLE out
                    ERROR_VARIABLE err RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
      message(SEND_ERROR "pvc ${words}: exit code ${code}: ${out}${err}")
    endif()
  endforeach()
endfunction()

# Fails unless the sqlite3 shell loads the extension and queries the history that expect_history made.
function(expect_extension prefix folder)
  file(WRITE "${folder}/query.sql" ".load ${prefix}/lib/pvc_sqlite
SELECT length(pvc_open('.')) > 0;
SELECT message FROM pvc_log;
SELECT a FROM pvc_at_t('HEAD');
")
  execute_process(COMMAND sqlite3 -batch :memory: ".read query.sql" WORKING_DIRECTORY "${folder}"
                  OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT "${out}${err}" STREQUAL "1\nfirst\n1\n")
    message(SEND_ERROR "the extension: ${out}${err}")
  endif()
endfunction()
