package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// simulate runs a Meta with phones in the browser, for an engine elsewhere.
func simulate(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	set := flag.NewFlagSet("simulate", flag.ContinueOnError)
	set.SetOutput(stderr)
	listen := set.String("listen", "127.0.0.1:8081", "address of the Graph API and of the phones")
	webhook := set.String("webhook", "http://127.0.0.1:8080/webhooks/meta", "where webhooks go")
	numbers := set.String("numbers", "998877665544332=5511955501002", "business numbers: id=digits, separated by commas")
	seed := set.Int64("seed", 0, "of ids and faults; 0 takes a random one")
	faults := set.String("faults", "", "probabilities of faults, such as duplicate=0.1,reorder=0.2")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", engine.ErrUsage, err)
	}
	cfg := simulator.Config{
		Phones: demo.Phones(), AutoPhones: true, WebhookURL: *webhook, Seed: *seed,
		AppSecret: getenv("PROSA_META_APP_SECRET"), VerifyToken: getenv("PROSA_META_VERIFY_TOKEN"),
		Logger: slog.New(slog.NewTextHandler(stderr, nil)),
	}
	var err error
	if cfg.Faults, err = parseFaults(*faults); err != nil {
		return fmt.Errorf("%w: -faults: %w", engine.ErrConfig, err)
	}
	for pair := range strings.SplitSeq(*numbers, ",") {
		id, digits, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("%w: -numbers: %q is not id=digits", engine.ErrConfig, pair)
		}
		cfg.Numbers = append(cfg.Numbers, simulator.Number{
			ID: wa.PhoneNumberID(id), Display: digits, Name: "+" + digits, AccountID: demo.Account, Portfolio: demo.Portfolio,
		})
	}
	if cfg.AppSecret == "" {
		return fmt.Errorf("%w: PROSA_META_APP_SECRET: give the secret that the engine expects", engine.ErrConfig)
	}
	sim := simulator.New(cfg)
	if err := sim.Open(*listen); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Simulated Meta listens on %s (PROSA_GRAPH_URL); open it for the phones\n", sim.URL())
	fmt.Fprintf(stdout, "Its numbers belong to account %s of portfolio %s, with any token\n", demo.Account, demo.Portfolio)
	<-ctx.Done()
	return sim.Close()
}

// parseFaults reads name=probability pairs.
func parseFaults(list string) (chance.Faults, error) {
	faults := chance.Faults{}
	if list == "" {
		return faults, nil
	}
	for pair := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(pair, "=")
		p, err := strconv.ParseFloat(value, 64)
		if err != nil || p < 0 || p > 1 {
			return nil, fmt.Errorf("%q is not name=probability between 0 and 1", pair)
		}
		faults[chance.Fault(name)] = p
	}
	return faults, nil
}
