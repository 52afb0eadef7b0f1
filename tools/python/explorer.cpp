// The explorer's server inside of a Python process, for as long as its object lives.
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/format.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <memory>
#include <thread>
#include <utility>

#include "gradscape/error.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/explore/api.hpp"
#include "tools/explore/server.hpp"
#include "tools/python/files.hpp"
#include "tools/python/numbers.hpp"
#include "tools/python/surface.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::python {
namespace {

using namespace nb::literals;

/// A pipe whose end makes a poll return.
class Bell {
public:
    Bell() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw RunError("there are no more descriptors");
        hearer_ = explore::Descriptor(ends[0]);
        ringer_ = explore::Descriptor(ends[1]);
    }
    void ring() { ringer_ = explore::Descriptor(); }
    int hearer() const { return hearer_.number(); }

private:
    explore::Descriptor hearer_, ringer_;
};

/// A port that is taken is the machine's matter, as a file that cannot be written is.
explore::Descriptor listener_at(std::uint16_t port) {
    try {
        return explore::listen_at(port);
    } catch (const InputError& error) {
        throw FileError(fmt::format("port {}", error.what()), port < 1024 ? 0 : EADDRINUSE);
    }
}

/// Serves until it is destroyed.
class Service {
public:
    Service(explore::DataSet data, const explore::SessionOptions& options, std::uint16_t port,
            const std::string& frame_ancestors)
        : session_({std::move(data)}, options),
          token_(explore::new_token()),
          api_(session_, token_),
          server_(
              listener_at(port),
              [this](const explore::HttpRequest& request, std::stop_token stop,
                     explore::Response& response) {
                  api_.answer(request, std::move(stop), response);
              },
              limits(frame_ancestors)),
          thread_([this] { serve(); }) {}
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service() {
        bell_.ring();
        thread_.join();
    }

    std::string address() const {
        return fmt::format("http://127.0.0.1:{}/{}/", server_.port(), token_);
    }

private:
    static explore::ServerLimits limits(const std::string& frame_ancestors) {
        explore::ServerLimits limits;
        limits.frame_ancestors = frame_ancestors;
        return limits;
    }

    void serve() {
        while (true) {
            pollfd waited[]{{server_.listener().number(), POLLIN, 0}, {bell_.hearer(), POLLIN, 0}};
            if (::poll(waited, 2, -1) < 0) continue;
            if (waited[1].revents != 0) return;
            server_.accept_one();
        }
    }

    explore::Session session_;
    const std::string token_;
    explore::Api api_;
    Bell bell_;
    explore::Server server_;
    std::thread thread_;
};

class Explorer {
public:
    Explorer(const Data& data, double initial_state, const std::string& name,
             const std::string& backend, int threads, std::uint16_t port,
             const std::string& frame_ancestors)
        : owner_(::getpid()) {
        explore::SessionOptions options;
        check_initial_state(initial_state);
        options.initial_state = initial_state;
        options.backend = cli::named_evaluator("backend", backend).name;
        options.threads = static_cast<unsigned>(threads);
        run(HUGE_VAL, {}, [&](const Context&) {
            service_ =
                std::make_unique<Service>(data_set(data, name), options, port, frame_ancestors);
        });
        address_ = service_->address();
    }
    Explorer(const Explorer&) = delete;
    Explorer& operator=(const Explorer&) = delete;
    ~Explorer() { close(); }

    const std::string& address() const { return address_; }
    bool closed() const { return !service_; }

    /// Ends the connections and waits for their threads, without the interpreter's lock, under
    /// which of several that close at once one has taken what there is to end. In a fork the
    /// threads are the parent's, and what is here of them cannot even be destroyed.
    void close() {
        std::unique_ptr<Service> service = std::exchange(service_, nullptr);
        if (::getpid() != owner_) static_cast<void>(service.release());
        if (!service) return;
        const Unlocked unlocked;
        service.reset();
    }

private:
    static explore::DataSet data_set(const Data& data, const std::string& name) {
        cli::DataOptions options = data.origin.options;
        std::string content = data.origin.content;
        if (data.origin.in_memory) {  // commands name the file that they could be written to
            options.file = "data.csv";
            if (content.empty()) content = cli::content_mark(data.sets.train);
        }
        return {name, options, data.sets, content};
    }

    const pid_t owner_;
    std::string address_;
    std::unique_ptr<Service> service_;
};

}  // namespace

void bind_explorer(nb::module_& m) {
    nb::class_<Explorer>(m, "Explorer", nb::is_weak_referenceable())
        .def(nb::init<const Data&, double, const std::string&, const std::string&, int,
                      std::uint16_t, const std::string&>(),
             "data"_a, "initial_state"_a, "name"_a, "backend"_a, "threads"_a, "port"_a,
             "frame_ancestors"_a)
        .def_prop_ro("address", &Explorer::address)
        .def_prop_ro("closed", &Explorer::closed)
        .def("close", &Explorer::close);
    m.def(
        "data_of_arrays",
        [](nb::handle x, nb::handle y, nb::handle weights) {
            auto data = std::make_shared<Data>();
            data->sets.train = sequences_from(x, y, weights);
            data->sets.test.length = data->sets.train.length;
            data->origin.in_memory = true;
            return data;
        },
        "x"_a, "y"_a, "weights"_a.none());
}

}  // namespace gradscape::python
