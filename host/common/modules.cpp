// The modules there are, and why one is missing.
// SPDX-License-Identifier: MIT
#include "gradscape/error.hpp"
#include "gradscape/system_info.hpp"
#include "host/cluster/message_port.hpp"
#include "host/figure/drawing.hpp"
#include "host/io/hdf5_layout.hpp"

namespace gradscape::common {
namespace {

void load(Module module) {
    switch (module) {
        case Module::drawing:
            figure::drawing();
            break;
        case Module::hdf5:
            io::hdf5();
            break;
        case Module::open_mpi:
            cluster::message_module(Launch::Mpi::open_mpi);
            break;
        case Module::mpich:
            cluster::message_module(Launch::Mpi::mpich);
            break;
    }
}

}  // namespace
}  // namespace gradscape::common

namespace gradscape {

std::string missing(Module module) try {
    common::load(module);
    return {};
} catch (const RunError& error) {
    return error.what();
}

}  // namespace gradscape
