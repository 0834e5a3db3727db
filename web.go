package main

import "net/http"

// webHandler serves the inbox. Until its page exists, a line says what to do.
func webHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("Prosa is running. The API is described at /api/v1/openapi.json.\n")) // the browser is gone if it fails
	})
}
