// SPDX-License-Identifier: MIT
#include "gradscape/stop.hpp"

#include <utility>

#include "gradscape/error.hpp"

namespace gradscape::rendering {
namespace {

thread_local const StopScope* innermost_scope = nullptr;

}  // namespace
}  // namespace gradscape::rendering

namespace gradscape {

StopScope::StopScope(std::stop_token token)
    : token_(std::move(token)), outer_(std::exchange(rendering::innermost_scope, this)) {}

StopScope::~StopScope() { rendering::innermost_scope = outer_; }

const StopScope* StopScope::innermost() noexcept { return rendering::innermost_scope; }

InheritedStop::InheritedStop(const StopScope* scope)
    : before_(std::exchange(rendering::innermost_scope, scope)) {}

InheritedStop::~InheritedStop() { rendering::innermost_scope = before_; }

bool stop_requested() noexcept {
    return rendering::innermost_scope && rendering::innermost_scope->requested();
}

void check_stop() {
    if (stop_requested()) throw Interrupted("interrupted");
}

}  // namespace gradscape
