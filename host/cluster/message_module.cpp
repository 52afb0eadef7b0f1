// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "gradscape/error.hpp"
#include "host/cluster/message_port.hpp"
#include "host/common/module.hpp"

namespace gradscape::cluster {
namespace {

/// Null where this program was built without.
const char* module_file_of(Launch::Mpi mpi) {
#ifdef GRADSCAPE_OPENMPI_FILE
    if (mpi == Launch::Mpi::open_mpi) return GRADSCAPE_OPENMPI_FILE;
#endif
#ifdef GRADSCAPE_MPICH_FILE
    if (mpi == Launch::Mpi::mpich) return GRADSCAPE_MPICH_FILE;
#endif
    static_cast<void>(mpi);
    return nullptr;
}

}  // namespace

const char* name_of(Launch::Mpi mpi) { return mpi == Launch::Mpi::open_mpi ? "Open MPI" : "MPICH"; }

MakePort* message_module(Launch::Mpi mpi) {
    const char* const file = module_file_of(mpi);
    if (!file)
        throw RunError(fmt::format(
            "ranks cannot work together: gradscape was built without {}; install {} and build it "
            "anew, or render shards",
            name_of(mpi), mpi == Launch::Mpi::open_mpi ? "libopenmpi-dev" : "libmpich-dev"));
    return reinterpret_cast<MakePort*>(
        common::load_module(common::module_file(file), "gradscape_message_port",
                            {"ranks cannot work together", name_of(mpi)}));
}

}  // namespace gradscape::cluster
