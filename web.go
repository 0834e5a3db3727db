package main

import (
	"net/http"

	"github.com/prosa-chat/prosa/gateway/web"
)

// webHandler serves the inbox.
func webHandler() http.Handler { return web.Handler() }
