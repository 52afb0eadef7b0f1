// A headless Chromium, driven over its debugging pipe: commands go in at its descriptor 3, answers
// and events come out at 4, each ended by a NUL.
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/explore/raw_client.hpp"
#include "tests/temporary_folder.hpp"

extern char** environ;

namespace gradscape::test {

using nlohmann::json;

/// The browser's program, or empty where there is none. Sanitizers' runtimes are not for it.
inline std::string browser_program() {
    for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser",
                             "/usr/bin/google-chrome-stable", "/snap/bin/chromium"})
        if (std::filesystem::exists(path)) return path;
    return {};
}

class Browser {
public:
    Browser() {
        int to_browser[2], from_browser[2];
        if (::pipe2(to_browser, O_CLOEXEC) != 0 || ::pipe2(from_browser, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe");
        commands_ = explore::Descriptor(to_browser[1]);
        answers_ = explore::Descriptor(from_browser[0]);
        {
            const explore::Descriptor input(to_browser[0]), output(from_browser[1]);
            start(input, output);
        }
        ::signal(SIGPIPE, SIG_IGN);  // of a browser that has ended, which write() says as well
        try {
            attach();
        } catch (...) {
            end();
            throw;
        }
    }
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;
    ~Browser() { end(); }

    /// A command of the DevTools protocol, to the page or to the browser.
    json call(const std::string& method, const json& parameters = json::object(),
              bool to_page = true) {
        json command{{"id", ++last_}, {"method", method}, {"params", parameters}};
        if (to_page) command["sessionId"] = session_;
        const std::string text = command.dump();
        send(text.c_str(), text.size() + 1);
        while (true) {
            const json message = next_message();
            if (message.value("id", 0) == last_) {
                if (message.contains("error")) throw std::runtime_error(message["error"].dump());
                return message["result"];
            }
            note(message);
        }
    }

    /// The value of an expression, awaited.
    json value(const std::string& expression) {
        const json result =
            call("Runtime.evaluate",
                 {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
        if (result.contains("exceptionDetails"))
            throw std::runtime_error(result["exceptionDetails"].dump());
        return result["result"].value("value", json());
    }
    /// Waits, in the page, until an expression is true.
    bool wait_for(const std::string& expression) {
        return value(
                   "new Promise(done => { const end = performance.now() + 60000;"
                   "const look = () => { let is = false; try { is = Boolean(" +
                   expression +
                   "); } catch {} if (is || performance.now() > end) done(is); else "
                   "setTimeout(look, 10); }; look(); })") == true;
    }

    void resize(int width, int height, double ratio = 1) {
        call("Emulation.setDeviceMetricsOverride", {{"width", width},
                                                    {"height", height},
                                                    {"deviceScaleFactor", ratio},
                                                    {"mobile", false}});
    }
    /// `settled`: and waits for the explorer's first picture.
    void open(const std::string& address, bool settled = true) {
        call("Page.navigate", {{"url", address}});
        if (settled && !wait_for("window.gradscape && gradscape.isSettled()"))
            throw std::runtime_error("the page does not settle");
    }
    void mouse(const std::string& type, double x, double y, json more = json::object()) {
        more.update({{"type", type}, {"x", x}, {"y", y}});
        call("Input.dispatchMouseEvent", more);
    }
    void click(double x, double y) {
        mouse("mouseMoved", x, y);
        for (const char* type : {"mousePressed", "mouseReleased"})
            mouse(type, x, y, {{"button", "left"}, {"clickCount", 1}});
    }
    void key(const std::string& name, const std::string& text = {}) {
        json down{{"type", "keyDown"}, {"key", name}};
        if (!text.empty()) down["text"] = text;
        call("Input.dispatchKeyEvent", down);
        call("Input.dispatchKeyEvent", {{"type", "keyUp"}, {"key", name}});
    }

    /// What went wrong in the page: exceptions, and what it said on the console as an error.
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    void attach() {
        const json target = call("Target.createTarget", {{"url", "about:blank"}}, false);
        const json session = call("Target.attachToTarget",
                                  {{"targetId", target["targetId"]}, {"flatten", true}}, false);
        session_ = session["sessionId"];
        for (const char* domain : {"Runtime", "Log", "Page"}) call(std::string(domain) + ".enable");
    }
    void end() const {
        // Its own helpers are in its process group.
        ::kill(-child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    void start(const explore::Descriptor& input, const explore::Descriptor& output) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        // By a detour: 3 or 4 may be one of the pipes' own ends.
        posix_spawn_file_actions_adddup2(&actions, input.number(), 103);
        posix_spawn_file_actions_adddup2(&actions, output.number(), 104);
        posix_spawn_file_actions_adddup2(&actions, 103, 3);
        posix_spawn_file_actions_adddup2(&actions, 104, 4);
        posix_spawn_file_actions_addclose(&actions, 103);
        posix_spawn_file_actions_addclose(&actions, 104);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        const std::string program = browser_program(),
                          profile = "--user-data-dir=" + (profile_ / "profile");
        const char* const words[]{program.c_str(),  "--headless",
                                  "--no-sandbox",   "--disable-gpu",
                                  "--no-first-run", "--disable-dev-shm-usage",
                                  profile.c_str(),  "--remote-debugging-pipe",
                                  "about:blank",    nullptr};
        const int error = posix_spawn(&child_, program.c_str(), &actions, &attributes,
                                      const_cast<char* const*>(words), environ);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        if (error != 0) throw std::runtime_error("cannot start " + program);
    }

    void send(const char* bytes, std::size_t size) const {
        while (size > 0) {
            const ssize_t count = ::write(commands_.number(), bytes, size);
            if (count <= 0) throw std::runtime_error("the browser has ended");
            bytes += count;
            size -= static_cast<std::size_t>(count);
        }
    }

    json next_message() {
        std::size_t end;
        while ((end = received_.find('\0')) == std::string::npos) {
            pollfd one{answers_.number(), POLLIN, 0};
            std::array<char, 1 << 16> buffer;
            if (::poll(&one, 1, 120'000) != 1) throw std::runtime_error("the browser says nothing");
            const ssize_t count = ::read(answers_.number(), buffer.data(), buffer.size());
            if (count <= 0) throw std::runtime_error("the browser has ended");
            received_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        json message = json::parse(received_.substr(0, end));
        received_.erase(0, end + 1);
        return message;
    }

    void note(const json& message) {
        const std::string method = message.value("method", "");
        const bool error =
            method == "Runtime.exceptionThrown" ||
            (method == "Runtime.consoleAPICalled" && message["params"]["type"] == "error") ||
            (method == "Log.entryAdded" && message["params"]["entry"]["level"] == "error");
        if (error) complaints_.push_back(message["params"].dump());
    }

    const TemporaryFolder profile_;
    explore::Descriptor commands_, answers_;
    pid_t child_ = 0;
    int last_ = 0;
    std::string session_, received_;
    std::vector<std::string> complaints_;
};

}  // namespace gradscape::test
