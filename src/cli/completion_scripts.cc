#include "cli/completion_scripts.h"

namespace pvc {

namespace {

constexpr std::string_view kBash = R"script(# bash completion for pvc
#   source <(pvc completion bash)

_pvc() {
  # Bash cuts words at = and : too. What stands together on the line is one word.
  local words=() rest=$COMP_LINE word blank i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    blank=${rest%%[![:space:]]*}
    rest=${rest:${#blank}}
    if [[ $i -gt 0 && -z $blank && -n $word ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    rest=${rest#"$word"}
  done
  # What is behind the cursor does not count.
  local behind=$((${#COMP_LINE} - ${#rest} - COMP_POINT))
  if ((behind > 0 && behind <= ${#words[-1]})); then
    words[-1]=${words[-1]:0:${#words[-1]} - behind}
  fi

  local typed=${words[-1]} quote=
  [[ $typed == [\'\"]* ]] && quote=${typed:0:1}
  words=("${words[@]//[\\\"\']/}")
  # Of a word that bash has cut, only the last piece is to be given back.
  local cut=
  if [[ $typed == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then
    cut=${words[-1]%"${words[-1]##*[=:]}"}
  fi

  COMPREPLY=()
  local line
  while IFS= read -r line; do
    case $line in
      $'\t'files) compopt -o default 2>/dev/null ;;
      $'\t'folders) compopt -o dirnames 2>/dev/null ;;
      *)
        line=${line%%$'\t'*}
        [[ $line == *= ]] && compopt -o nospace 2>/dev/null
        line=${line#"$cut"}
        [[ -z $quote && $line == *[!a-zA-Z0-9_./=:@%^,+~-]* ]] && printf -v line %q "$line"
        COMPREPLY+=("$line")
        ;;
    esac
  done < <("${words[0]/#\~/$HOME}" completion --words -- "${words[@]:1}" 2>/dev/null)
}

complete -F _pvc pvc
)script";

constexpr std::string_view kZsh = R"script(#compdef pvc
# zsh completion for pvc: a file _pvc in a folder of $fpath, or
#   source <(pvc completion zsh)

_pvc() {
  local line word
  local -a plain open
  for line in ${(f)"$(${(Q)words[1]} completion --words -- \
      "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"}; do
    case $line in
      ($'\t'files) _files ;;
      ($'\t'folders) _files -/ ;;
      (*)
        word=${line%%$'\t'*}
        word=${word//:/\\:}
        [[ $line == *$'\t'* ]] && word+=":${line#*$'\t'}"
        if [[ ${line%%$'\t'*} == *= ]]; then
          open+=("$word")
        else
          plain+=("$word")
        fi
        ;;
    esac
  done
  (( $#plain )) && _describe -t pvc pvc plain
  (( $#open )) && _describe -t pvc pvc open -S ''
  return 0
}

if [[ $funcstack[1] == _pvc ]]; then
  _pvc "$@"
else
  compdef _pvc pvc
fi
)script";

constexpr std::string_view kFish = R"script(# fish completion for pvc
#   pvc completion fish | source

function __pvc_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program completion --words -- $words "$current" 2>/dev/null)
        switch $line
            case \tfiles
                __fish_complete_path "$current"
            case \tfolders
                __fish_complete_directories "$current" folder
            case '*'
                echo $line
        end
    end
end

complete -c pvc -f -a '(__pvc_complete)'
)script";

}  // namespace

std::string_view CompletionScript(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return "";
}

}  // namespace pvc
