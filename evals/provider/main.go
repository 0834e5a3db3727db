// Command provider is an OpenID Connect provider for tests: the example server of
// zitadel/oidc with people of our own. It is a module and a process of its own, for what
// it is made of takes the logger of its process and ends it on an error.
//
// It says where it listens on its first line, and ends with its standard input. Everybody's
// password is "secret".
package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// people are known by the name before the @, which is their subject too.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }

func (p people) GetUserByUsername(name string) *storage.User { return p[name] }

func (p people) ExampleClientID() string { return storage.ServiceUserID }

func main() {
	issuer := flag.String("issuer", "", "where the provider is reached")
	redirect := flag.String("redirect", "", "where clients are sent back to")
	listen := flag.String("listen", "127.0.0.1:0", "where it listens")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	known := people{}
	for _, mail := range flag.Args() { // "subject=mail", or with ! after it: not verified
		subject, mail, _ := strings.Cut(mail, "=")
		name, unverified := strings.CutSuffix(mail, "!")
		known[subject] = &storage.User{
			ID: subject, Username: subject, Password: "secret", FirstName: "P.", LastName: subject, Email: name, EmailVerified: !unverified,
		}
	}
	storage.RegisterClients(storage.WebClient("prosa", "client secret", *redirect), storage.WebClient("other", "client secret", *redirect))
	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	router := exampleop.SetupServer(*issuer, storage.NewStorage(known), nil, false)
	fmt.Println(ln.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // whoever started it has gone
		os.Exit(0)
	}()
	server := &http.Server{Handler: router, ReadHeaderTimeout: 5 * time.Second}
	fmt.Fprintln(os.Stderr, server.Serve(ln))
}
