// The server against clients that mean no good, or are slow, or leave.
// SPDX-License-Identifier: MIT
#include "tools/explore/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "gradscape/error.hpp"
#include "tests/explore/raw_client.hpp"

namespace gradscape::explore {
namespace {

using test::RawClient;
using test::RawReply;
using ::testing::HasSubstr;

/// A server whose connections are taken by a thread of its own.
class Serving {
public:
    explicit Serving(Server::Handler handler, const ServerLimits& limits = {})
        : server_(std::make_unique<Server>(listen_at(0), std::move(handler), limits)),
          acceptor_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) server_->accept_one();
          }) {}
    ~Serving() { end(); }

    std::uint16_t port() const { return server_->port(); }
    void end() {
        if (!acceptor_.joinable()) return;
        acceptor_.request_stop();
        { const RawClient last(port()); }  // accept_one() waits for it
        acceptor_.join();
        server_.reset();
    }
    RawReply get(const std::string& target) const {
        RawClient client(port());
        client.get(target, port());
        return client.reply();
    }

private:
    std::unique_ptr<Server> server_;
    std::jthread acceptor_;
};

void say_target(const HttpRequest& request, const std::stop_token&, Response& response) {
    response.write(request.target);
}

TEST(Server, AnswersOneRequestAfterTheOtherOnAConnection) {
    const Serving serving(say_target);
    RawClient client(serving.port());
    for (const char* target : {"/a", "/b", "/c"}) {
        client.get(target, serving.port());
        const RawReply reply = client.reply();
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, target);
    }
}

/// Who may not ask, or asks for what is not there, holds no connection.
TEST(Server, ARefusalEndsTheConnection) {
    const Serving serving([](const HttpRequest&, const std::stop_token&, Response& response) {
        response.status = 404;
        response.write("no");
    });
    const std::string host = "Host: 127.0.0.1:" + std::to_string(serving.port()) + "\r\n\r\n";
    for (const auto& [request, status] :
         {std::pair{"GET / HTTP/1.1\r\n" + host, 404},
          {"PUT / HTTP/1.1\r\n" + host, 405},
          {std::string("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 403}}) {
        RawClient client(serving.port());
        client.send(request + request);
        const RawReply reply = client.reply();
        EXPECT_EQ(reply.status, status);
        EXPECT_TRUE(reply.has_field("Connection: close"));
        EXPECT_TRUE(client.is_closed());
    }
}

TEST(Server, EveryReplyForbidsWhatOthersMightDoWithIt) {
    const Serving serving([](const HttpRequest& request, const std::stop_token&, Response&) {
        if (request.target == "/bad") throw InputError("bad");
    });
    for (const char* target : {"/good", "/bad"}) {
        const RawReply reply = serving.get(target);
        for (const char* field :
             {"Content-Security-Policy: default-src 'self'",
              "Cross-Origin-Resource-Policy: same-origin", "Referrer-Policy: no-referrer",
              "X-Content-Type-Options: nosniff", "Cache-Control: no-store"})
            EXPECT_TRUE(reply.has_field(field)) << field;
        EXPECT_THAT(reply.head, HasSubstr("frame-ancestors 'none'"));
        EXPECT_FALSE(reply.has_field("Access-Control-Allow-Origin"));
    }
}

TEST(Server, ListensToThisMachineAlone) {
    const Serving serving(say_target);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000002);  // 127.0.0.2: what is bound to all would answer
    address.sin_port = htons(serving.port());
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_NE(
        ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TEST(Server, RefusesForeignHostsPagesAndMethods) {
    const Serving serving([](const HttpRequest&, const std::stop_token&, Response&) {
        ADD_FAILURE() << "was served";
    });
    const auto status = [&](const std::string& request) {
        RawClient client(serving.port());
        client.send(request);
        return client.reply().status;
    };
    const std::string host = "Host: 127.0.0.1:" + std::to_string(serving.port()) + "\r\n";
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 403);
    EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), 403);
    EXPECT_EQ(status("GET / HTTP/1.1\r\n" + host + "Sec-Fetch-Site: cross-site\r\n\r\n"), 403);
    EXPECT_EQ(status("HEAD / HTTP/1.1\r\n" + host + "\r\n"), 405);
    EXPECT_EQ(status("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc"), 400);
    EXPECT_EQ(status("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"), 431);
    EXPECT_EQ(status("\x01\x02\x03\r\n\r\n"), 400);
}

TEST(Server, ErrorsAreOneLine) {
    const Serving serving(
        [](const HttpRequest& request, const std::stop_token&, Response& response) {
            response.write("half of a reply");
            if (request.target == "/input") throw InputError("x: wrong");
            if (request.target == "/run") throw RunError("disk full");
            throw std::bad_alloc();
        });
    const RawReply input = serving.get("/input");
    EXPECT_EQ(input.status, 400);
    EXPECT_EQ(input.body, "gradscape: error: x: wrong\n");
    EXPECT_EQ(serving.get("/run").status, 500);
    EXPECT_EQ(serving.get("/memory").body, "gradscape: error: out of memory\n");
}

TEST(Server, LongRepliesComeInChunks) {
    std::string all;
    for (int i = 0; i < 400'000; ++i) all += static_cast<char>('a' + i % 26);
    const Serving serving([&](const HttpRequest&, const std::stop_token&, Response& response) {
        for (std::size_t at = 0; at < all.size(); at += 1000)
            response.write(std::string_view(all).substr(at, 1000));
    });
    const RawReply reply = serving.get("/");
    EXPECT_TRUE(reply.has_field("Transfer-Encoding: chunked"));
    EXPECT_TRUE(reply.body == all);
}

TEST(Server, WhatFailsHalfWayIsNotTakenForWhole) {
    const Serving serving([](const HttpRequest&, const std::stop_token&, Response& response) {
        response.write("half");
        response.flush();
        throw RunError("too late to say so");
    });
    EXPECT_EQ(serving.get("/").status, 0);
}

TEST(Server, EndsRequestsThatAreTooSlowAndConnectionsThatAreIdle) {
    ServerLimits limits;
    limits.request = limits.idle = std::chrono::milliseconds(50);
    const Serving serving(say_target, limits);
    RawClient slow(serving.port()), idle(serving.port());
    slow.send("GET / HT");
    EXPECT_TRUE(slow.is_closed());
    EXPECT_TRUE(idle.is_closed());
}

TEST(Server, HundredsOfHalfRequestsCostNothing) {
    const Serving serving(say_target);
    std::vector<RawClient> half;
    for (int i = 0; i < 200; ++i) {
        half.emplace_back(serving.port());
        half.back().send("GET / HTTP/1.1\r\nHost:");
    }
    EXPECT_EQ(serving.get("/still").body, "/still");
    // The oldest had to go; those that came last are still welcome.
    EXPECT_TRUE(half.front().is_closed());
    half.back().send(" localhost:" + std::to_string(serving.port()) + "\r\n\r\n");
    EXPECT_EQ(half.back().reply().status, 200);
}

TEST(Server, AClientThatLeavesStopsItsWork) {
    std::promise<void> begun, stopped;
    const Serving serving([&](const HttpRequest&, const std::stop_token& stop, Response& response) {
        response.write("begun");
        response.flush();
        const std::stop_callback tell(stop, [&] { stopped.set_value(); });
        begun.set_value();
        if (stopped.get_future().wait_for(test::patience) != std::future_status::ready)
            ADD_FAILURE() << "nobody stopped it";
        throw Interrupted("gone");
    });
    {
        RawClient client(serving.port());
        client.get("/", serving.port());
        ASSERT_TRUE(client.wait_for_bytes());
        begun.get_future().wait();
    }
}

TEST(Server, EndsWhateverIsBeingServed) {
    std::promise<void> begun;
    Serving serving([&](const HttpRequest&, const std::stop_token& stop, Response&) {
        std::promise<void> stopped;
        const std::stop_callback tell(stop, [&] { stopped.set_value(); });
        begun.set_value();
        if (stopped.get_future().wait_for(test::patience) != std::future_status::ready)
            ADD_FAILURE() << "nobody stopped it";
    });
    RawClient busy(serving.port()), idle(serving.port());
    busy.get("/", serving.port());
    begun.get_future().wait();
    serving.end();
    EXPECT_TRUE(idle.is_closed());
}

TEST(Server, APortInUseNamesAnother) {
    const Serving serving(say_target);
    try {
        listen_at(serving.port());
        ADD_FAILURE() << "two servers at one port";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("another program listens there; "));
        EXPECT_THAT(error.what(), HasSubstr(" is free"));
    }
}

}  // namespace
}  // namespace gradscape::explore
