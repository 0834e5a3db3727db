package gateway

import (
	_ "embed"
	"net/http"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// openAPI describes the API; a test holds it against the routes.
//
//go:embed openapi.json
var openAPI []byte

func serveOpenAPI(w http.ResponseWriter, _ *http.Request, _ staff.Session) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(openAPI) // the client may be gone
	return nil
}
