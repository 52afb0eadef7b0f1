// `gradscape explore`: the landscape as a map in the browser.
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <memory>
#include <string>

#include "gradscape/error.hpp"
#include "gradscape/stop.hpp"
#include "tools/common/choose_evaluator.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/interrupts.hpp"
#include "tools/common/option_tree.hpp"
#include "tools/common/option_types.hpp"
#include "tools/explore/api.hpp"
#include "tools/explore/server.hpp"

namespace gradscape::cli {
namespace {

struct ExploreCommand {
    explore::SessionOptions session;
    std::uint16_t port = 0;
    bool no_browser = false;
    std::string view;
    ReportOptions report;
};

/// A fragment as the page makes it, with or without its #.
std::string checked_fragment(const std::string& option, std::string text) {
    if (text.starts_with('#')) text.erase(0, 1);
    for (const char c : text)
        if (!std::isgraph(static_cast<unsigned char>(c)) || c == '#' || c == '"')
            throw InputError(fmt::format(
                "{} {}: what stands behind the # of a link to a view is wanted", option, text));
    return text;
}

/// By xdg-open, without a shell; twice forked, so that it is nobody's child. Where there is none,
/// the address was printed.
void open_browser(const std::string& address) {
    const pid_t child = fork();
    if (child > 0) {
        waitpid(child, nullptr, 0);
        return;
    }
    if (child < 0) return;
    if (fork() == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        setsid();
        const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
        const char* const words[]{"xdg-open", address.c_str(), nullptr};
        execvp(words[0], const_cast<char* const*>(words));
    }
    _exit(0);
}

explore::Descriptor listen(const ExploreCommand& command) {
    try {
        return explore::listen_at(command.port);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--port {}", error.what()));
    }
}

void run_explore(const ExploreCommand& command, Transaction& files) {
    for (const std::string& file : command.session.files) files.read(file);
    explore::Session session(command.session);
    const std::string token = explore::new_token();
    explore::Api api(session, token);
    const InterruptibleSleep sleep;
    explore::Server server(
        listen(command),
        [&api](const explore::HttpRequest& request, std::stop_token stop,
               explore::Response& response) { api.answer(request, std::move(stop), response); });
    const auto address_of = [&](const std::string& path) {
        return fmt::format("http://127.0.0.1:{}{}{}{}", server.port(), path,
                           command.view.empty() ? "" : "#", command.view);
    };
    const std::string address = address_of('/' + token + '/');
    EvaluationOptions evaluation;
    evaluation.backend = command.session.backend;
    announce(session.evaluator(), evaluation, command.report);
    const Json facts{
        {"address", address}, {"port", server.port()}, {"backend", session.evaluator().name}};
    report(command.report, files, address + '\n', facts);
    // Other users of the machine see a browser's words in the list of processes.
    if (!command.no_browser) open_browser(address_of(api.path_for_once()));
    while (true) {
        sleep.until_readable(server.listener().number());
        check_stop();
        server.accept_one();
    }
}

}  // namespace

void setup_explore(CLI::App& app) {
    auto command = std::make_shared<ExploreCommand>();
    auto* sub = app.add_subcommand("explore", "Show the landscape as a map in the browser");
    sub->add_option("DATA", command->session.files,
                    "Sequences to learn, as CSV, to switch between in the page; without them, "
                    "random bits whose ones are counted")
        ->type_name("FILE.csv");
    in_group(*sub, "Server");
    add_parsed(
        *sub, "--port", command->port,
        [](const std::string& option, const std::string& text) {
            return static_cast<std::uint16_t>(parse_count(option, text, 1, 65535));
        },
        "Port of 127.0.0.1 to listen at; left out, any that is free", "N", "");
    sub->add_flag("--no-browser", command->no_browser, "Print the address and open no browser");
    add_parsed(*sub, "--view", command->view, checked_fragment,
               "A view to begin with: what stands behind the # of a link to it", "FRAGMENT", "");
    in_group(*sub, "Data");
    constexpr std::uint64_t most = std::uint64_t{1} << 40;
    DataOptions& data = command->session.data;
    add_count(*sub, "--seed", data.seed, 0, "Seed of the random bits, which are numpy's");
    add_count(*sub, "--sequences", data.sequences, 1, "Number of random training sequences", most);
    add_count(*sub, "--length", data.length, 1, "Length of a random sequence", most);
    add_count(*sub, "--test-sequences", data.test_sequences, 0,
              "Number of random test sequences, drawn after the others", most);
    add_initial_state_option(*sub, command->session.initial_state);
    add_backend_option(*sub, command->session.backend);
    add_count(*sub, "--threads", command->session.threads, 1, "Threads to use", 4096)
        ->default_str("all");
    add_parsed(
        *sub, "--max-memory", command->session.max_memory,
        [](const std::string& option, const std::string& text) {
            return parse_memory(option, text);
        },
        "What is kept of views, and what exports may take, of the memory", "BYTES[K|M|G]", "512M");
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape explore mine.csv --port 8080");
    sub->callback([command, sub] {
        const GivenOptions given(*sub);
        for (const char* option : {"--seed", "--sequences", "--length", "--test-sequences"})
            if (!command->session.files.empty() && given.contains(option))
                throw InputError(fmt::format(
                    "{}: has no effect on data from files; leave out one of them", option));
        Transaction files;
        claim_files(files, *sub, command->report);
        run_explore(*command, files);
    });
}

}  // namespace gradscape::cli
