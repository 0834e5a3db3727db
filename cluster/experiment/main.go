package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/embedded"
)

// Settings of every run.
var (
	grains = flag.Int("grains", 1000, "grains that are asked for")
	asks   = flag.Int("asks", 1000, "asks a second of each member")
	warm   = flag.Duration("warm", 5*time.Second, "before the event")
	watch  = flag.Duration("watch", 15*time.Second, "after the event")
	flush  = flag.Duration("flush", 0, "how long a grain takes to let go, as one that writes does")
	runs   = flag.Int("runs", 3, "of each event with each placement")
	ttl    = flag.Duration("ttl", 2*time.Second, "how often the library's provider looks at the others")

	// Of a member, which is this program again.
	asMember = flag.String("member", "", "be a member: library or prosa (the experiment starts it so)")
	number   = flag.Int("number", 0, "of the member, from 0")
	ports    = flag.Int("ports", 27400, "first of the ports on which the library's members look for each other")
	database = flag.String("database", "", "of Prosa's members")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "experiment:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if *asMember != "" {
		return member(ctx)
	}
	dir, err := os.MkdirTemp("/tmp", "prosa-experiment-")
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // as root the server's user has to pass
		return err
	}
	defer func() { _ = embedded.Remove(context.WithoutCancel(ctx), dir) }()
	server, err := embedded.Start(ctx, embedded.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { _ = server.Stop(context.WithoutCancel(ctx)) }()
	pool, err := pgxpool.New(ctx, server.URL())
	if err != nil {
		return err
	}
	err = persistence.Migrate(ctx, pool)
	pool.Close()
	if err != nil {
		return err
	}
	*database = server.URL()
	fmt.Printf("%d grains, %d asks a second of each member; %s before the event, %s after it\n\n", *grains, *asks, *warm, *watch)
	fmt.Println("| placement | event | activated after it | active twice | longest | still twice at the end | messages to an old activation | failed asks | answers again, p50 / max |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, event := range []string{"join", "kill"} {
		for n := range *runs * 2 {
			placement := []string{"library", "prosa"}[n%2]
			seen, err := scenario(ctx, placement, event)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", placement, event, err)
			}
			fmt.Printf("| %s | %s | %s |\n", placement, event, seen)
		}
	}
	return nil
}
