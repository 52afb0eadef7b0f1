// The modules there are, and why one is missing.
// SPDX-License-Identifier: MIT
#include "gradscape/error.hpp"
#include "gradscape/system_info.hpp"
#include "host/cluster/message_port.hpp"
#include "host/figure/drawing.hpp"
#include "host/io/hdf5_layout.hpp"

namespace gradscape {
namespace {

template <class Load>
ModuleInfo tried(const char* name, const char* purpose, Load load) {
    try {
        load();
        return {name, purpose, {}};
    } catch (const RunError& error) {
        return {name, purpose, error.what()};
    }
}

}  // namespace

std::vector<ModuleInfo> modules() {
    return {tried("drawing", "figures", [] { figure::drawing(); }),
            tried("hdf5", ".nc and .h5", [] { io::hdf5(); }),
            tried("openmpi", "ranks by mpirun of Open MPI",
                  [] { cluster::message_module(Launch::Mpi::open_mpi); }),
            tried("mpich", "ranks by mpirun of MPICH",
                  [] { cluster::message_module(Launch::Mpi::mpich); })};
}

}  // namespace gradscape
