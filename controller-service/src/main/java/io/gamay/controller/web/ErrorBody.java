package io.gamay.controller.web;

/** The body of every error: the HTTP status again, and a sentence. */
record ErrorBody(int code, String error) {}
