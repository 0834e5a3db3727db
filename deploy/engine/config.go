package engine

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Config is everything that serve can be told. Flags win over the environment.
type Config struct {
	Demo bool

	DatabaseURL string // none: the embedded server in Data
	Data        string
	Listen      string
	Roles       []string

	ClusterListen, ClusterAdvertise    string
	ClusterCert, ClusterKey, ClusterCA string

	AppSecret, AppSecretPrevious string
	VerifyToken                  string
	GraphURL                     string
	SecretKey                    string // none: generated into Data, 0600
	SecretKeysOld                string // before SecretKey, while it is being changed
	AdminEmail, AdminPassword    string
	PublicURL                    string
	MetricsListen                string // host:port, metricsOnGateway, or metricsOff
	TrustedProxies               string // as given; proxies is read from it
	proxies                      []netip.Prefix
	PhonesListen                 string // demo only
	LogLevel                     string
	MediaDays                    string
	mediaDays                    int // read from it; 0: for ever
	SMTPURL, MailFrom            string
	mailer                       *mail.Sender // read from them; nil: no mail is sent
	Warm                         string
	warm                         int // read from it; 0: the cluster's default

	ProveNumbers string
	// PrivateAddresses is "yes" where webhooks and providers of customers may name
	// addresses of this machine and its network.
	PrivateAddresses string
}

// The parts that a process can play; by default it plays all.
const (
	RoleGateway = "gateway"
	RoleMember  = "member"
	RoleRelay   = "relay"
)

// Below leastWarm a member would load and drop what it works on at the same moment.
const leastWarm, mostWarm = 1000, 10_000_000

// ErrUsage says that the command line was wrong and has been explained.
var ErrUsage = errors.New("see the usage above")

var ErrConfig = errors.New("wrong configuration")

// option binds one flag to its environment variable.
type option struct {
	flag, env, value, usage string
	to                      *string
	secret                  bool
}

func (c *Config) settings(roles *string) []option {
	return []option{
		{"database-url", "DATABASE_URL", "", "Postgres to use; empty starts an embedded one", &c.DatabaseURL, true},
		{"data", "PROSA_DATA", "./.prosa", "folder of the embedded Postgres and of generated keys", &c.Data, false},
		{"listen", "PROSA_LISTEN", "127.0.0.1:8080", "address of the gateway", &c.Listen, false},
		{"roles", "PROSA_ROLES", "gateway,member,relay", "parts that this process plays", roles, false},
		{"public-url", "PROSA_PUBLIC_URL", "", "address that browsers use, for cookies and origin checks", &c.PublicURL, false},
		{"metrics-listen", "PROSA_METRICS_LISTEN", metricsListen, "address of /metrics; gateway: on the gateway's own; off: nowhere", &c.MetricsListen, false},
		{"trusted-proxies", "PROSA_TRUSTED_PROXIES", "", "addresses or networks of proxies whose X-Forwarded-For counts, separated by commas", &c.TrustedProxies, false},
		{"cluster-listen", "PROSA_CLUSTER_LISTEN", "127.0.0.1:0", "address for other members", &c.ClusterListen, false},
		{"cluster-advertise", "PROSA_CLUSTER_ADVERTISE", "", "address at which other members reach this one", &c.ClusterAdvertise, false},
		{"cluster-cert", "PROSA_CLUSTER_CERT", "", "certificate for mutual TLS between members", &c.ClusterCert, false},
		{"cluster-key", "PROSA_CLUSTER_KEY", "", "its key", &c.ClusterKey, false},
		{"cluster-ca", "PROSA_CLUSTER_CA", "", "authority that signed the members' certificates", &c.ClusterCA, false},
		{"meta-app-secret", "PROSA_META_APP_SECRET", "", "app secret that signs webhooks", &c.AppSecret, true},
		{"meta-app-secret-previous", "PROSA_META_APP_SECRET_PREVIOUS", "", "the one before, during a rotation", &c.AppSecretPrevious, true},
		{"meta-verify-token", "PROSA_META_VERIFY_TOKEN", "", "token of the webhook handshake", &c.VerifyToken, true},
		{"graph-url", "PROSA_GRAPH_URL", "https://graph.facebook.com", "Graph API to send to", &c.GraphURL, false},
		{"secret-key", "PROSA_SECRET_KEY", "", "key that encrypts tokens at rest; empty: generated into the data folder", &c.SecretKey, true},
		{"secret-keys-old", "PROSA_SECRET_KEYS_OLD", "", "keys before it while it is changed, separated by commas; see prosa secrets rotate", &c.SecretKeysOld, true},
		{"admin-email", "PROSA_ADMIN_EMAIL", "", "first administrator, made at start", &c.AdminEmail, false},
		{"admin-password", "PROSA_ADMIN_PASSWORD", "", "its password", &c.AdminPassword, true},
		{"phones-listen", "PROSA_PHONES_LISTEN", "127.0.0.1:8081", "address of the simulated phones (demo only)", &c.PhonesListen, false},
		{"media-days", "PROSA_MEDIA_DAYS", "0", "days that customers' files are kept where a tenant has not said otherwise; 0 keeps them for ever", &c.MediaDays, false},
		{"smtp-url", "PROSA_SMTP_URL", "", "mail server for notices and invitations, such as smtp://user:password@host:587", &c.SMTPURL, true},
		{"mail-from", "PROSA_MAIL_FROM", "", "whom mail comes from, such as Prosa <prosa@example.com>", &c.MailFrom, false},
		{"warm", "PROSA_WARM", "200000", "conversations that a member keeps in memory; beyond it those used least recently leave", &c.Warm, false},
		{"prove-numbers", "PROSA_PROVE_NUMBERS", "yes", "no: do not ask Meta whose a number is that is registered; for tests only", &c.ProveNumbers, false},
		{"private-addresses", "PROSA_PRIVATE_ADDRESSES", "no", "yes: webhooks and identity providers that companies set may name addresses of this network; never where companies share it", &c.PrivateAddresses, false},
		{"log-level", "PROSA_LOG_LEVEL", "", "debug, info, warn or error; empty: info, with -demo warn", &c.LogLevel, false},
	}
}

// ParseConfig reads flags over the environment and validates.
func ParseConfig(name string, args []string, getenv func(string) string, stderr io.Writer) (Config, error) {
	var (
		c     Config
		roles string
	)
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(stderr)
	set.BoolVar(&c.Demo, "demo", false, "embedded database, simulated WhatsApp and seeds in one process")
	for _, s := range c.settings(&roles) {
		value := s.value
		if v := getenv(s.env); v != "" {
			value = v
		}
		*s.to = value
		shown := value
		if s.secret {
			shown = "" // never print a secret as a default
		}
		set.Var(&text{s.to, shown}, s.flag, s.usage+" ("+s.env+")")
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if set.NArg() > 0 {
		return c, fmt.Errorf("%w: %s takes flags only, not %q", ErrUsage, name, set.Arg(0))
	}
	if c.LogLevel == "" {
		c.LogLevel = "info"
		if c.Demo {
			c.LogLevel = "warn" // its terminal is for the newcomer
		}
	}
	for r := range strings.SplitSeq(roles, ",") {
		c.Roles = append(c.Roles, strings.TrimSpace(r))
	}
	return c, c.validate()
}

// leastKey is how long a secret key is at least.
const leastKey = 16

// keysBefore are the secret keys before the current one.
func (c *Config) keysBefore() []string {
	var keys []string
	for key := range strings.SplitSeq(c.SecretKeysOld, ",") {
		if key = strings.TrimSpace(key); key != "" && key != c.SecretKey {
			keys = append(keys, key)
		}
	}
	return keys
}

// text is a flag whose default is printed only when it is no secret.
type text struct {
	to    *string
	shown string
}

func (t *text) Set(s string) error { *t.to = s; return nil }
func (t *text) String() string     { return t.shown }

func (c *Config) plays(role string) bool { return slices.Contains(c.Roles, role) }

// validate says what is wrong before anything starts, with the remedy.
func (c *Config) validate() error {
	bad := func(field, remedy string) error { return fmt.Errorf("%w: %s: %s", ErrConfig, field, remedy) }
	for _, r := range c.Roles {
		if r != RoleGateway && r != RoleMember && r != RoleRelay {
			return bad("PROSA_ROLES", fmt.Sprintf("%q is no role; use gateway, member, relay", r))
		}
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return bad("PROSA_LISTEN", "give host:port, such as 127.0.0.1:8080")
	}
	if _, _, err := net.SplitHostPort(c.MetricsListen); err != nil && c.MetricsListen != MetricsOnGateway && c.MetricsListen != MetricsOff {
		return bad("PROSA_METRICS_LISTEN", "give host:port, such as "+metricsListen+", or gateway, or off")
	}
	proxies, err := rest.ParseProxies(c.TrustedProxies)
	if err != nil {
		return bad("PROSA_TRUSTED_PROXIES", err.Error())
	}
	c.proxies = proxies
	if _, err := url.ParseRequestURI(c.GraphURL); err != nil {
		return bad("PROSA_GRAPH_URL", "give an address such as https://graph.facebook.com")
	}
	certs := 0
	for _, f := range []string{c.ClusterCert, c.ClusterKey, c.ClusterCA} {
		if f != "" {
			certs++
		}
	}
	if certs != 0 && certs != 3 {
		return bad("PROSA_CLUSTER_CERT", "certificate, key and authority go together")
	}
	if err := cluster.CheckListen(context.Background(), c.ClusterListen, certs == 3); err != nil {
		return bad("PROSA_CLUSTER_LISTEN", err.Error()+"; certificates: PROSA_CLUSTER_CERT, PROSA_CLUSTER_KEY, PROSA_CLUSTER_CA")
	}
	if c.SecretKey != "" && len(c.SecretKey) < leastKey {
		return bad("PROSA_SECRET_KEY", "give at least 16 characters, such as those of: openssl rand -hex 32")
	}
	for _, key := range c.keysBefore() {
		if len(key) < leastKey {
			return bad("PROSA_SECRET_KEYS_OLD", "each has at least 16 characters; separate them by commas")
		}
	}
	if (c.AdminEmail == "") != (c.AdminPassword == "") {
		return bad("PROSA_ADMIN_EMAIL", "give the password too, in PROSA_ADMIN_PASSWORD")
	}
	if err := new(slog.Level).UnmarshalText([]byte(c.LogLevel)); err != nil {
		return bad("PROSA_LOG_LEVEL", "use debug, info, warn or error")
	}
	if c.mailer, err = openMail(c.SMTPURL, c.MailFrom); err != nil {
		return err
	}
	warm, err := strconv.Atoi(c.Warm)
	if err != nil || warm < leastWarm || warm > mostWarm {
		return bad("PROSA_WARM", fmt.Sprintf("give a number from %d to %d; 100,000 take some 100 MB", leastWarm, mostWarm))
	}
	c.warm = warm
	days, err := strconv.Atoi(c.MediaDays)
	if err != nil || days < 0 || days > 36500 {
		return bad("PROSA_MEDIA_DAYS", "give a number of days, 0 to keep files for ever")
	}
	c.mediaDays = days
	if c.PrivateAddresses != "yes" && c.PrivateAddresses != "no" {
		return bad("PROSA_PRIVATE_ADDRESSES", "use no, or yes where everybody who may set an address may reach this network")
	}
	if c.ProveNumbers != "yes" && c.ProveNumbers != "no" {
		return bad("PROSA_PROVE_NUMBERS", "use yes, or no for tests without Meta")
	}
	if c.Demo {
		return c.validateDemo()
	}
	if c.plays(RoleGateway) && (c.AppSecret == "" || c.VerifyToken == "") {
		return bad("PROSA_META_APP_SECRET", "the gateway needs it and PROSA_META_VERIFY_TOKEN to accept webhooks; or try serve -demo")
	}
	return nil
}

// private says whether what customers set may name addresses of this network: those of a
// demo stand on this machine.
func (c *Config) private() bool { return c.Demo || c.PrivateAddresses == "yes" }

// validateDemo keeps demo accounts and a simulated Meta away from real data.
func (c *Config) validateDemo() error {
	switch {
	case c.DatabaseURL != "":
		return fmt.Errorf("%w: serve -demo brings its own database: unset DATABASE_URL", ErrConfig)
	case c.AppSecret != "":
		return fmt.Errorf("%w: serve -demo simulates Meta: unset PROSA_META_APP_SECRET", ErrConfig)
	}
	return nil
}

// LogValue prints the configuration without its secrets.
func (c Config) LogValue() slog.Value {
	var roles string
	attrs := []slog.Attr{slog.Bool("demo", c.Demo), slog.Any("roles", c.Roles)}
	for _, s := range c.settings(&roles) {
		switch {
		case s.flag == "roles":
		case s.secret && *s.to != "":
			attrs = append(attrs, slog.String(s.flag, "set"))
		case *s.to != "":
			attrs = append(attrs, slog.String(s.flag, *s.to))
		}
	}
	return slog.GroupValue(attrs...)
}
