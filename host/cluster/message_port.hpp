// Messages between the processes that a launcher of MPI started. A module of this version for each
// MPI, since their libraries do not fit each other, and since a program that runs alone has no use
// for them.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradscape/internal/launch_environment.hpp"

namespace gradscape::cluster {

struct Message {
    int from = 0;
    std::string bytes;
};

/// All calls by the thread that made it. Nothing waits but exchange() and finalize(), which all
/// ranks must call.
class MessagePort {
public:
    virtual ~MessagePort() = default;

    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// What each rank gave, by rank; all must be equally long.
    virtual std::vector<std::string> exchange(const std::string& own) = 0;
    /// RunError where there is no way to the rank any more, as far as that is known.
    virtual void send(int to, std::string bytes) = 0;
    /// A whole message, those of one rank in their order; none: none is here yet.
    virtual std::optional<Message> receive() = 0;
    /// Bytes are under way, in either direction, with a rank that is heeded.
    virtual bool is_busy(const std::function<bool(int rank)>& is_heeded) const = 0;
    /// What was sent is on its way, as far as this process can do; the library must not be used any
    /// more.
    virtual void finalize() = 0;
    /// Ends all processes at once; the launcher gives the status.
    [[noreturn]] virtual void abort(int status) = 0;
};

/// The module for an MPI, which its name says for messages; it stays loaded. RunError where it, or
/// a library it needs, is missing, or this program was built without.
using MakePort = MessagePort*();
MakePort* message_module(Launch::Mpi mpi);
const char* name_of(Launch::Mpi mpi);

}  // namespace gradscape::cluster

/// The module's only symbol: initializes MPI. RunError where that fails.
extern "C" gradscape::cluster::MessagePort* gradscape_message_port();
