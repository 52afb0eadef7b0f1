// SPDX-License-Identifier: MIT
#include "gradscape/stop.hpp"

#include <utility>

#include "gradscape/error.hpp"

namespace gradscape {
namespace {

thread_local const StopScope* innermost_scope = nullptr;

}  // namespace

StopScope::StopScope(std::stop_token token)
    : token_(std::move(token)), outer_(std::exchange(innermost_scope, this)) {}

StopScope::~StopScope() { innermost_scope = outer_; }

const StopScope* StopScope::innermost() noexcept { return innermost_scope; }

InheritedStop::InheritedStop(const StopScope* scope)
    : before_(std::exchange(innermost_scope, scope)) {}

InheritedStop::~InheritedStop() { innermost_scope = before_; }

bool stop_requested() noexcept { return innermost_scope && innermost_scope->requested(); }

void check_stop() {
    if (stop_requested()) throw Interrupted("interrupted");
}

}  // namespace gradscape
