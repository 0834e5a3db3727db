// Openapi writes the document of the API, and the page's types, from the routes
// and the Go types of their bodies and answers, and the rules of views and windows
// that the page shares with the lists' SQL.
//
//	go run ./deploy/tools/openapi [-check]
//
// With -check it writes nothing and fails where the files are not as they would be.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/prosa-chat/prosa/gateway"
)

const (
	documentFile = "gateway/openapi.json"
	typesFile    = "gateway/web/app/core/api_types.js"
	viewsFile    = "gateway/web/app/core/views.js"
)

func main() {
	check := flag.Bool("check", false, "only say whether the files are up to date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

var errStale = errors.New("is not what the routes and types say; run make generate")

func run(check bool) error {
	document, err := describe((&gateway.Server{}).Described())
	if err != nil {
		return err
	}
	encoded, err := document.encode()
	if err != nil {
		return err
	}
	for file, want := range map[string][]byte{documentFile: encoded, typesFile: document.types(), viewsFile: views()} {
		if check {
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
				return fmt.Errorf("%s %w", file, errStale)
			}
			continue
		}
		if err := os.WriteFile(file, want, 0o644); err != nil { //nolint:gosec // a source file
			return err
		}
	}
	return nil
}
