# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2207
# Completion of cusigmoid's commands for bash; operations are those that the program itself lists.

_cusigmoid() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  # bash takes cuda:0 for three words
  if [[ $before == : && ${COMP_WORDS[COMP_CWORD - 2]} == cuda ]]; then before=--place; fi
  local words='' files=''
  if ((COMP_CWORD == 1)); then
    words='info ops apply curve verify --help --version'
  else
    case $command:$before in
      verify:--place) words='cpu cuda' ;;
      *:--place)
        local places
        places=$("${COMP_WORDS[0]}" info 2> /dev/null | sed -n 's/^places *//p')
        words=$places
        ;;
      *:--dtype | *:--to) words='float64 float32 float16 bfloat16 float8_e4m3 float8_e5m2' ;;
      verify:--op) words=$("${COMP_WORDS[0]}" ops --names 2> /dev/null) ;;
      *:--threads | *:--alpha | *:--limit | *:--offset | *:--range | *:--inputs | *:--stride | *:--samples) return ;;
      apply:-o | apply:--output) files=npy ;;
      curve:-o | curve:--output) files=svg ;;
      apply:* | curve:* | ops:*)
        if ((COMP_CWORD == 2)) || [[ $command == curve ]]; then words=$("${COMP_WORDS[0]}" ops --names 2> /dev/null); fi
        if [[ $command == apply ]] && ((COMP_CWORD > 2)); then files=npy; fi
        ;;
    esac
    if [[ $current == -* ]]; then
      case $command in
        info) words='--help' ;;
        ops) words='--help --names' ;;
        apply) words='--help --output --dtype --to --place --threads --alpha --limit --offset' ;;
        curve) words='--help --range --output --dtype --log' ;;
        verify) words='--help --all --op --dtype --inputs --by-definition --place --oracle --stride --samples' ;;
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files ]]; then
    COMPREPLY+=($(compgen -f -X "!*.$files" -- "$current") $(compgen -d -S / -- "$current"))
    compopt -o filenames 2> /dev/null || true # not when it is called by hand
  fi
}

complete -F _cusigmoid cusigmoid
