// Requests, whole and in parts, and those that are none.
// SPDX-License-Identifier: MIT
#include "tools/explore/http_request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradscape::explore {
namespace {

const std::string simple =
    "GET /token/api?x=1 HTTP/1.1\r\nHost: localhost:8080\r\nSec-Fetch-Site: same-origin\r\n\r\n";

TEST(RequestReader, ReadsWhatComesByteByByte) {
    RequestReader reader;
    for (const char byte : simple) {
        EXPECT_FALSE(reader.next());
        reader.append({&byte, 1});
    }
    const auto request = reader.next();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, "GET");
    EXPECT_EQ(request->target, "/token/api?x=1");
    EXPECT_EQ(request->host, "localhost:8080");
    EXPECT_EQ(request->fetch_site, "same-origin");
    EXPECT_TRUE(request->keep_alive);
    EXPECT_FALSE(reader.has_part());
}

TEST(RequestReader, ReadsSeveralThatComeAtOnce) {
    RequestReader reader;
    reader.append(simple + "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /c");
    EXPECT_EQ(reader.next()->target, "/token/api?x=1");
    const auto second = reader.next();
    EXPECT_EQ(second->target, "/b");
    EXPECT_FALSE(second->keep_alive);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.has_part());
    EXPECT_FALSE(reader.refusal());
}

int status_of(const std::string& bytes) {
    RequestReader reader;
    reader.append(bytes);
    EXPECT_FALSE(reader.next());
    return reader.refusal() ? reader.refusal()->status : 0;
}

TEST(RequestReader, RefusesWhatIsNoRequest) {
    EXPECT_EQ(status_of("\x16\x03\x01 hello\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/9.9\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET  HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost : x\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesBodies) {
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), 400);
    EXPECT_EQ(
        status_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        400);
}

TEST(RequestReader, RefusesMoreThanEightKilobytes) {
    EXPECT_EQ(status_of("GET /" + std::string(max_request_bytes, 'a')), 431);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: " + std::string(max_request_bytes, 'a')), 431);
    std::string many = "GET / HTTP/1.1\r\n";
    while (many.size() < max_request_bytes) many += "A: b\r\n";
    EXPECT_EQ(status_of(many + "\r\n"), 431);
}

TEST(Refusal, IsForAllButThisServersPage) {
    const HttpRequest good{"GET", "/", "127.0.0.1:80", "same-origin", true};
    const auto status = [&](auto change) {
        HttpRequest request = good;
        change(request);
        const auto refused = refusal(request, 80);
        return refused ? refused->status : 200;
    };
    EXPECT_EQ(status([](HttpRequest&) {}), 200);
    EXPECT_EQ(status([](HttpRequest& r) { r.host = "localhost:80"; }), 200);
    // The port that browsers leave out, and no other.
    EXPECT_EQ(status([](HttpRequest& r) { r.host = "localhost"; }), 200);
    HttpRequest bare = good;
    bare.host = "localhost";
    EXPECT_EQ(refusal(bare, 8080)->status, 403);
    for (const char* host : {"", "127.0.0.1:81", "evil.example:80", "127.0.0.1:80.evil",
                             "127.0.0.1:080", "[::1]:80", "LOCALHOST:80 "})
        EXPECT_EQ(status([&](HttpRequest& r) { r.host = host; }), 403) << host;
    for (const char* site : {"", "none"})
        EXPECT_EQ(status([&](HttpRequest& r) { r.fetch_site = site; }), 200) << site;
    for (const char* site : {"cross-site", "same-site", "Same-Origin", "x"})
        EXPECT_EQ(status([&](HttpRequest& r) { r.fetch_site = site; }), 403) << site;
    for (const char* method : {"POST", "HEAD", "OPTIONS", "PUT", "get"})
        EXPECT_EQ(status([&](HttpRequest& r) { r.method = method; }), 405) << method;
    // A stranger learns of no method.
    EXPECT_EQ(status([](HttpRequest& r) { r.host = "evil", r.method = "POST"; }), 403);
}

/// A notebook's page may show ours in a frame, where we are told to let it, and ask nothing else.
TEST(Refusal, LetsFramesInWhereTheyAreWelcome) {
    RequestReader reader;
    reader.append(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nSec-Fetch-Site: cross-site\r\n"
        "Sec-Fetch-Dest: iframe\r\n\r\n");
    HttpRequest request = reader.next().value();
    EXPECT_EQ(request.fetch_dest, "iframe");
    EXPECT_EQ(refusal(request, 80)->status, 403);
    EXPECT_FALSE(refusal(request, 80, true));
    for (const char* other : {"", "empty", "document", "script"}) {
        request.fetch_dest = other;
        EXPECT_EQ(refusal(request, 80, true)->status, 403) << other;
    }
}

}  // namespace
}  // namespace gradscape::explore
