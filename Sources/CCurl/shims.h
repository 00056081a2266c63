/* libcurl's variadic functions, each with the type of its last argument: Swift cannot call the former, and a wrong type in the latter
 * is a mistake that nobody notices. */
#pragma once

#include <curl/curl.h>
#include <errno.h>
#include <sys/socket.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt
#undef curl_share_setopt

static inline CURLcode turnpike_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode turnpike_curl_set_size(CURL *easy, CURLoption option, curl_off_t byte_count) {
  return curl_easy_setopt(easy, option, byte_count);
}

/* For texts, which libcurl copies, and for NULL in place of one. */
static inline CURLcode turnpike_curl_set_text(CURL *easy, CURLoption option, const char *text) {
  return curl_easy_setopt(easy, option, text);
}

/* For bytes and for what a callback is given. */
static inline CURLcode turnpike_curl_set_pointer(CURL *easy, CURLoption option, const void *pointer) {
  return curl_easy_setopt(easy, option, pointer);
}

/* Not copied: the list must live as long as the handle uses it. */
static inline CURLcode turnpike_curl_set_headers(CURL *easy, const struct curl_slist *list) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

/* For the header's callback and for the body's. */
static inline CURLcode turnpike_curl_set_write(CURL *easy, CURLoption option, curl_write_callback callback) {
  return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode turnpike_curl_set_prerequest(CURL *easy, curl_prereq_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode turnpike_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

/* Whether there is a file of certificate authorities, libcurl's own or one that was set. */
static inline int turnpike_curl_has_authorities_file(CURL *easy) {
  const char *path = NULL;
  return curl_easy_getinfo(easy, CURLINFO_CAINFO, &path) == CURLE_OK && path != NULL;
}

static inline CURLcode turnpike_curl_get_socket(CURL *easy, curl_socket_t *descriptor) {
  return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, descriptor);
}

/* Whether a connection stands and nothing has come on it: neither bytes, nor its end, nor an error. Takes nothing away. */
static inline int turnpike_is_silent(curl_socket_t descriptor) {
  char byte;
  return recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Has those who are given the share keep their connections in it. */
static inline CURLSHcode turnpike_curl_share_connections(CURLSH *share) {
  return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
}

static inline CURLcode turnpike_curl_set_share(CURL *easy, CURLSH *share) {
  return curl_easy_setopt(easy, CURLOPT_SHARE, share);
}

static inline CURLMcode turnpike_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode turnpike_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *pointer) {
  return curl_multi_setopt(multi, option, pointer);
}

static inline CURLMcode turnpike_curl_multi_set_socket(CURLM *multi, curl_socket_callback callback) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode turnpike_curl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}
