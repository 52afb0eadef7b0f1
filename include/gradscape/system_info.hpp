// What this machine offers to the evaluators.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gradscape {

struct SystemInfo {
    std::string simd;  ///< the instruction set that the cpu evaluator runs on
    int lanes_f32 = 1, lanes_f64 = 1;
    unsigned threads = 1;
    std::vector<std::string> devices;  ///< GPUs
};

SystemInfo system_info();

/// A part of the program that brings libraries of its own, loaded by the first who needs it.
enum class Module : std::uint8_t { drawing, hdf5, open_mpi, mpich };

struct ModuleRow {
    Module module;
    std::string_view name, purpose;
};
inline constexpr ModuleRow module_rows[]{
    {Module::drawing, "drawing", "figures"},
    {Module::hdf5, "hdf5", ".nc and .h5"},
    {Module::open_mpi, "openmpi", "ranks by mpirun of Open MPI"},
    {Module::mpich, "mpich", "ranks by mpirun of MPICH"},
};

/// Why a module cannot be had; empty: it is there. Loads it, and no other: MPI's libraries take
/// hold of a process's memory.
std::string missing(Module module);

}  // namespace gradscape
