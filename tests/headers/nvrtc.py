# SPDX-License-Identifier: Apache-2.0
"""Compiles kernels that use functions.hpp with NVRTC.   usage: nvrtc.py INCLUDE_FOLDER SOURCE

libnvrtc comes from the CUDA toolkit or from the Python package nvidia-cuda-nvrtc; exit status 77 where there is neither.
"""

import ctypes
import glob
import os
import re
import shutil
import sys


def load_nvrtc():
    nvcc = shutil.which("nvcc")
    folders = [os.environ.get("CUDA_HOME"), nvcc and os.path.dirname(os.path.dirname(os.path.realpath(nvcc))), "/usr/local/cuda"]
    patterns = [f"{folder}/lib64/libnvrtc.so*" for folder in folders if folder]
    patterns += [f"{folder}/nvidia/{package}/lib/libnvrtc.so*" for folder in sys.path for package in ("cu13", "cuda_nvrtc")]
    for path in sum(map(glob.glob, patterns), ["libnvrtc.so", "libnvrtc.so.13"]):
        try:
            for builtins in glob.glob(os.path.join(os.path.dirname(path) or "/nowhere", "libnvrtc-builtins.so*")):
                ctypes.CDLL(builtins)  # libnvrtc asks the loader for it by name, and the loader does not look beside libnvrtc
            return ctypes.CDLL(path)
        except OSError:
            pass
    print("skipped: no libnvrtc (pip install nvidia-cuda-nvrtc)")
    sys.exit(77)


def ptx(nvrtc, source, options):
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    option_array = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])

    def text(get_size, get):
        get_size(program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        get(program, buffer)
        return buffer.value.decode()

    nvrtc.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"kernels.cu", 0, None, None)
    failed = nvrtc.nvrtcCompileProgram(program, len(options), option_array)
    log = text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog)
    if failed or log:
        sys.exit(f"NVRTC says {failed} for {' '.join(options)}:\n{log}")
    return text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX)


def main():
    include, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        source = file.read()
    nvrtc = load_nvrtc()
    options = ["--std=c++17", "--gpu-architecture=compute_90", f"--include-path={include}"]
    plain, fast = (ptx(nvrtc, source, options + more) for more in ([], ["--use_fast_math"]))
    kernels = re.findall(r"\.entry (\w+)", plain)
    expected = re.findall(r"__global__ void (\w+)", source)
    if not kernels or kernels != expected or plain != fast:
        sys.exit(f"kernels: {kernels}, not {expected}; --use_fast_math {'does not change' if plain == fast else 'changes'} the PTX")
    print(f"{len(kernels)} kernels, {len(plain)} bytes of PTX, the same with --use_fast_math")


main()
