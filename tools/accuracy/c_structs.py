# SPDX-License-Identifier: Apache-2.0
"""What cusigmoid_run takes, for ctypes."""

import ctypes


class Place(ctypes.Structure):  # cusigmoid_place
    _fields_ = [("struct_size", ctypes.c_size_t), ("kind", ctypes.c_int), ("threads", ctypes.c_int), ("stream", ctypes.c_void_p)]


class Array(ctypes.Structure):  # cusigmoid_array
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("dtype", ctypes.c_int),
        ("rows", ctypes.c_size_t),
        ("cols", ctypes.c_size_t),
        ("leading_dimension", ctypes.c_size_t),
    ]
