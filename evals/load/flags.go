package load

import (
	"flag"
	"strings"
)

// Flags binds the configuration to command-line flags. What was set in it before
// is the default.
func (c *Config) Flags(set *flag.FlagSet) {
	d := c.withDefaults()
	set.Func("scenarios", "what to measure, by commas:\n"+strings.Join(Scenarios(), "\n"), func(text string) error {
		c.Scenarios = nil
		for name := range strings.SplitSeq(text, ",") {
			c.Scenarios = append(c.Scenarios, strings.TrimSpace(name))
		}
		_, err := chosen(c.Scenarios)
		return err
	})
	set.BoolFunc("faults", "the same as -scenarios faults", func(string) error {
		c.Scenarios = []string{"faults"}
		return nil
	})
	set.BoolVar(&c.JSON, "json", c.JSON, "print JSON")
	set.BoolVar(&c.Full, "full", c.Full, "also the 10,000th message of a conversation and 1,000,000 conversations")
	set.Int64Var(&c.Seed, "seed", c.Seed, "of order and faults")
	for _, f := range []struct {
		to    *int
		name  string
		value int
		usage string
	}{
		{&c.Contacts, "contacts", d.Contacts, "people who write"},
		{&c.Numbers, "numbers", d.Numbers, "business numbers"},
		{&c.Connections, "connections", d.Connections, "keep-alive connections of the webhook callers"},
		{&c.Rounds, "rounds", d.Rounds, "of bare and inbound in turn"},
		{&c.Rate, "rate", d.Rate, "messages a second of the open loop"},
		{&c.Sockets, "sockets", d.Sockets, "open sockets in the latency scenario"},
		{&c.Watchers, "watchers", d.Watchers, "sockets that see one message"},
		{&c.Sends, "sends", d.Sends, "round trips of the outbound scenario"},
	} {
		set.IntVar(f.to, f.name, f.value, f.usage)
	}
	set.DurationVar(&c.Duration, "duration", d.Duration, "of each closed loop, after first messages")
	set.DurationVar(&c.Rest, "rest", d.Rest, "after a flood, before memory is read again")
}
