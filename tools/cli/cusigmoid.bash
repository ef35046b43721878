# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of cusigmoid's commands for bash; operations are those that the program itself lists.

_cusigmoid() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local words='' files=''
  if ((COMP_CWORD == 1)); then
    words='info ops apply curve verify --help --version'
  else
    case $command:$before in
      verify:--place) words='cpu cuda' ;;
      *:--place)
        words=$("${COMP_WORDS[0]}" info 2> /dev/null | sed -n 's/^places *//p')
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
  mapfile -t COMPREPLY < <(
    compgen -W "$words" -- "$current"
    if [[ -n $files ]]; then
      compgen -f -X "!*.$files" -- "$current"
      compgen -d -- "$current"
    fi
  )
  if [[ -n $files ]]; then compopt -o filenames 2> /dev/null || true; fi # fails where it is called by hand
}

complete -F _cusigmoid cusigmoid
