package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/prosa-chat/prosa"

// layoutRule is one line of the import table. It binds the ordinary files of a
// folder; tests may import what they need.
type layoutRule struct {
	folder string // "x" is that folder alone, "x/..." also those below it
	ours   string // our packages that it may import, by folder
	third  string // modules that it may import, by their name in thirdParty
	pure   bool   // no clock, network, disk, log, lock or chance
}

const everything = "*"

// stores are the packages of the store that the product uses.
const stores = "actors/ledger persistence persistence/media persistence/numbers persistence/fleet persistence/effects persistence/contacts" +
	" persistence/intake persistence/inbox persistence/jobs persistence/audit persistence/metaapp persistence/staff persistence/journal persistence/follow persistence/searchindex persistence/notice" +
	" actors/setting persistence/config persistence/signin persistence/tenants persistence/identity persistence/uploads persistence/quickreply persistence/consent"

// layout is who may import whom. Read it from the top: each package may know
// only what stands above it. actors/wa and actors/code are open to all, and a folder "x/..." to
// itself. A new package needs a line here.
var layout = []layoutRule{
	{folder: "actors/wa", pure: true},
	{folder: "actors/code", pure: true},
	{folder: "actors/setting", pure: true},
	{folder: "actors/actorpb", third: "protobuf"},
	{folder: "actors/ledger", ours: "actors/actorpb", pure: true},
	{folder: "actors/refusal", pure: true},
	{folder: "actors/content", ours: "actors/actorpb actors/ledger actors/refusal", pure: true},
	{folder: "actors/conversation", ours: "actors/actorpb actors/content actors/ledger actors/refusal", third: "protobuf/types", pure: true},
	{folder: "actors/phone", ours: "actors/actorpb", third: "protobuf/types", pure: true},
	{folder: "actors/broadcast", ours: "actors/actorpb", third: "protobuf/types", pure: true},
	{folder: "actors/routing", ours: "actors/actorpb", third: "protobuf/types", pure: true},
	{folder: "actors/team", ours: "actors/actorpb", third: "protobuf/types", pure: true},

	{folder: "persistence", third: "pgx goose plumbing"},
	{folder: "persistence/embedded", ours: "persistence", third: "pgx embedded-postgres plumbing"},
	{folder: "persistence/media", ours: "persistence actors/ledger", third: "pgx"},
	{folder: "persistence/uploads", ours: "persistence", third: "pgx"},
	{folder: "persistence/audit", ours: "persistence", third: "pgx"},
	{folder: "persistence/fleet", ours: "persistence", third: "pgx"},
	{folder: "persistence/numbers", ours: "persistence persistence/audit persistence/fleet", third: "pgx"},
	{folder: "persistence/metaapp", ours: "persistence persistence/audit", third: "pgx"},
	{folder: "persistence/quickreply", ours: "persistence persistence/audit", third: "pgx"},
	{folder: "persistence/rotation", ours: "persistence persistence/audit", third: "pgx"},
	{folder: "persistence/effects", ours: "persistence actors/ledger actors/phone", third: "pgx plumbing"},
	{folder: "persistence/contacts", ours: "persistence", third: "pgx plumbing"},
	{folder: "persistence/consent", ours: "persistence persistence/audit", third: "pgx plumbing"},
	{folder: "persistence/intake", ours: "persistence persistence/effects", third: "pgx plumbing"},
	{folder: "persistence/config", ours: "persistence persistence/audit actors/setting", third: "pgx"},
	{folder: "persistence/inbox", ours: "persistence actors/actorpb actors/ledger persistence/media persistence/numbers", third: "pgx"},
	{folder: "persistence/jobs", ours: "persistence persistence/audit persistence/inbox actors/actorpb", third: "pgx"},
	{folder: "persistence/staff", ours: "persistence persistence/audit persistence/jobs", third: "pgx crypto plumbing"},
	{folder: "persistence/signin", ours: "persistence persistence/audit persistence/staff", third: "pgx otp"},
	{folder: "persistence/tenants", ours: "persistence persistence/audit persistence/intake persistence/staff", third: "pgx plumbing"},
	{folder: "persistence/identity", ours: "persistence persistence/audit persistence/staff", third: "pgx"},
	{folder: "persistence/journal", ours: "persistence actors/actorpb actors/ledger persistence/media persistence/staff", third: "pgx plumbing"},
	{folder: "persistence/notice", ours: "persistence persistence/audit persistence/fleet", third: "pgx plumbing"},
	{folder: "persistence/follow", ours: "persistence", third: "pgx otel"},
	{folder: "persistence/searchindex", ours: "persistence actors/actorpb actors/ledger persistence/inbox", third: "pgx"},
	{folder: "persistence/pgtest", ours: "actors/actorpb persistence persistence/embedded", third: "pgx"},
	{folder: "persistence/storetest", ours: stores + " actors/actorpb persistence/pgtest", third: "pgx"},
	{
		folder: "persistence/replaytest", ours: "actors/actorpb actors/conversation actors/phone persistence/pgtest",
		third: "pgx protobuf",
	},

	{folder: "cluster/wirepb", third: "protobuf"},
	{folder: "cluster/certificate"},
	{folder: "cluster/deadline"},
	{folder: "cluster/quiet"},
	{folder: "cluster/token", third: "grpc"},
	{folder: "cluster", ours: "cluster/wirepb cluster/certificate cluster/deadline cluster/quiet cluster/token", third: "protoactor pgx grpc protobuf otel plumbing"},
	{folder: "cluster/clustertest", ours: "cluster cluster/wirepb persistence/pgtest", third: "pgx protobuf"},
	{folder: "cluster/experiment", ours: "cluster persistence persistence/embedded", third: everything}, // a module of its own

	{
		folder: "actors",
		ours: "actors/conversation actors/phone actors/broadcast actors/routing actors/team" +
			" actors/actorpb " + stores + " cluster cluster/deadline",
		third: "protobuf plumbing",
	},
	{folder: "actors/assistant/...", ours: "actors/actorpb", third: "adk genai otel protobuf plumbing"},

	{folder: "gateway/filetype", third: "image"},
	{folder: "gateway/cloudapi/walk"},
	{folder: "gateway/cloudapi/signature"},
	{folder: "gateway/cloudapi/callback"},
	{folder: "gateway/cloudapi/vcard"},
	{folder: "gateway/cloudapi/sendbody"},
	{folder: "gateway/cloudapi/codes", pure: true},
	{folder: "gateway/cloudapi/meter", ours: "gateway/cloudapi/codes"},
	{folder: "gateway/cloudapi", ours: "gateway/cloudapi/walk gateway/cloudapi/signature gateway/cloudapi/vcard gateway/cloudapi/sendbody gateway/cloudapi/codes gateway/cloudapi/meter"},
	{folder: "gateway/cloudapi/onboarding", ours: "gateway/cloudapi"},
	{folder: "gateway/cloudapi/standing", ours: "gateway/cloudapi"},
	{folder: "gateway/cloudapi/meaning", ours: "gateway/cloudapi"},
	{folder: "gateway/cloudapi/mediaupload", ours: "gateway/cloudapi"},
	{folder: "gateway/web"},
	{folder: "gateway/simulator/bucket"},
	{folder: "gateway/simulator/chance"},
	{folder: "gateway/simulator/sample"},
	{folder: "gateway/simulator/shelf", ours: "gateway/filetype gateway/simulator/sample"},
	{folder: "gateway/simulator/onboarding", ours: "gateway/cloudapi gateway/simulator/chance"},
	{folder: "gateway/simulator", ours: "gateway/cloudapi gateway/cloudapi/sendbody gateway/cloudapi/signature gateway/simulator/onboarding gateway/simulator/bucket gateway/simulator/chance gateway/simulator/sample gateway/simulator/shelf gateway/web", third: "websocket plumbing"},
	{folder: "gateway/background", ours: "cluster persistence", third: "otel"},
	{folder: "gateway/relaytest", ours: stores + " actors/actorpb actors/phone persistence/pgtest", third: "pgx protobuf"},
	{
		folder: "gateway/intake",
		ours:   stores + " cluster actors/actorpb gateway/background gateway/cloudapi gateway/cloudapi/callback gateway/cloudapi/meaning gateway/cloudapi/standing",
		third:  "otel protobuf",
	},
	{folder: "gateway/relay/upload", ours: "actors/ledger persistence/numbers persistence/uploads gateway/cloudapi gateway/cloudapi/mediaupload", third: "otel plumbing"},
	{folder: "gateway/relay/report", ours: "actors/actorpb"},
	{
		folder: "gateway/relay",
		ours: stores + " actors/actorpb actors/assistant actors/phone cluster gateway/background gateway/cloudapi gateway/cloudapi/codes gateway/cloudapi/callback" +
			" gateway/cloudapi/mediaupload gateway/cloudapi/onboarding gateway/cloudapi/standing gateway/intake gateway/relay/report gateway/relay/upload",
		third: "otel protobuf plumbing",
	},
	{folder: "gateway/voice"},
	{folder: "gateway/mail", third: "mail"},
	{folder: "gateway/mail/mailtest", third: "mail"},
	{folder: "gateway/search", ours: stores + " actors/actorpb", third: "pgx otel protobuf text"},
	{folder: "gateway/view", ours: stores + " actors/actorpb", third: "protobuf"},
	{folder: "gateway/problem", ours: stores + " cluster actors/actorpb gateway/cloudapi gateway/view"},
	{folder: "gateway/rest", ours: stores + " gateway/problem"},
	{folder: "gateway/telemetry", third: "otel"},
	{folder: "gateway/recipient", ours: stores + " actors/actorpb gateway/problem"},
	{
		folder: "gateway/orders",
		ours:   stores + " cluster actors/actorpb gateway/problem gateway/recipient gateway/rest gateway/telemetry gateway/view",
		third:  "protobuf",
	},
	{
		folder: "gateway/live",
		ours:   stores + " cluster actors/actorpb gateway/orders gateway/problem gateway/rest gateway/telemetry gateway/view",
		third:  "websocket otel protobuf plumbing",
	},
	{
		folder: "gateway/api",
		ours: stores + " cluster actors/actorpb actors/phone gateway/live gateway/orders gateway/problem gateway/recipient gateway/rest gateway/search" +
			" gateway/telemetry gateway/view",
		third: "protobuf plumbing",
	},
	{
		folder: "gateway/graphapi",
		ours:   stores + " actors/content gateway/cloudapi gateway/cloudapi/sendbody gateway/orders gateway/problem gateway/recipient",
	},
	{folder: "gateway/metaapp", ours: stores + " gateway/problem gateway/rest gateway/view"},
	{folder: "gateway/quickreply", ours: stores + " gateway/problem gateway/rest gateway/view"},
	{folder: "gateway/outward"},
	{
		folder: "gateway/notify",
		ours:   stores + " actors/setting gateway/cloudapi/signature gateway/mail gateway/outward gateway/problem gateway/rest gateway/view",
		third:  "otel",
	},
	{folder: "gateway/admin", ours: stores + " actors/actorpb gateway/problem gateway/rest gateway/view"},
	{
		folder: "gateway/connection",
		ours:   stores + " gateway/cloudapi gateway/cloudapi/onboarding gateway/problem gateway/rest",
	},
	{folder: "gateway/signin", ours: stores + " gateway/problem gateway/rest", third: "otp"},
	{folder: "gateway/files", ours: stores + " actors/actorpb gateway/filetype gateway/problem gateway/rest gateway/view gateway/voice"},
	{folder: "gateway/fleet", ours: stores + " gateway/api gateway/problem gateway/rest gateway/view"},
	{folder: "gateway/tenants", ours: stores + " gateway/problem gateway/rest gateway/view"},
	{folder: "gateway/identity", ours: stores + " gateway/outward gateway/problem gateway/rest", third: "oidc"},
	{folder: "gateway/identity/providertest"},
	{folder: "gateway/webhook", ours: "persistence persistence/intake persistence/metaapp gateway/cloudapi gateway/cloudapi/signature gateway/rest", third: "otel"},
	{
		folder: "gateway",
		ours: stores + " cluster actors/actorpb gateway/admin gateway/api gateway/connection gateway/files gateway/fleet gateway/identity gateway/live gateway/metaapp" +
			" gateway/notify gateway/orders gateway/problem gateway/graphapi gateway/quickreply gateway/recipient gateway/rest gateway/signin gateway/telemetry gateway/tenants gateway/view gateway/web",
		third: "otel plumbing",
	},

	{folder: "evals/load", ours: "gateway/simulator gateway/cloudapi gateway/cloudapi/signature", third: "websocket plumbing pgx"},
	{
		folder: "evals",
		ours: "evals/load actors actors/conversation actors/phone actors/broadcast actors/routing actors/team" +
			" actors/actorpb actors/assistant/... actors/ledger cluster " + stores +
			" gateway/cloudapi gateway/simulator gateway/relay",
		third: "adk genai protobuf plumbing",
	},

	{folder: "deploy/...", ours: everything, third: everything},
	{folder: "deploy/engine", ours: everything, third: everything}, // the wiring of a process
	{folder: "deploy/demo", ours: everything, third: everything},
	{folder: "deploy/command", ours: everything, third: everything},
	{folder: "evals/provider", third: everything}, // a module of its own
	{folder: "evals/await", third: "plumbing"},
	{folder: "evals/prosatest", ours: everything, third: everything},
	{folder: ".", ours: "deploy/command"},
}

// thirdParty gives the short names of the table their import paths.
var thirdParty = map[string][]string{
	"protobuf":          {"google.golang.org/protobuf"},
	"protobuf/types":    {"google.golang.org/protobuf/types/known", "google.golang.org/protobuf/proto"}, // encoding without I/O
	"protoactor":        {"github.com/asynkron/protoactor-go"},
	"pgx":               {"github.com/jackc/pgx/v5", "github.com/jackc/puddle/v2"}, // the pool that pgx builds on
	"goose":             {"github.com/pressly/goose/v3"},
	"embedded-postgres": {"github.com/fergusstrange/embedded-postgres"},
	"grpc":              {"google.golang.org/grpc"},
	"otel":              {"go.opentelemetry.io/otel"},
	"websocket":         {"github.com/gorilla/websocket"},
	"otp":               {"github.com/pquerna/otp", "github.com/boombuler/barcode"}, // one-time codes, and a QR code of their secret
	"oidc":              {"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"},
	"crypto":            {"golang.org/x/crypto"},
	"adk":               {"google.golang.org/adk/v2"},
	"genai":             {"google.golang.org/genai"},
	"text":              {"golang.org/x/text"},
	"image":             {"golang.org/x/image"},
	"mail":              {"github.com/wneessen/go-mail", "github.com/emersion/go-smtp", "github.com/emersion/go-sasl"},
	"huma":              {"github.com/danielgtaylor/huma/v2"}, // schemas of Go types, at generation only
	"plumbing":          {"golang.org/x/sync", "github.com/google/uuid"},
}

// impure lists the standard packages, with those below them, that a pure
// package may not import.
var impure = []string{
	"context", "crypto/rand", "database/sql", "io/fs", "log", "math/rand", "net", "os", "sync", "syscall",
}

// clockReads are the functions of package time that look at a clock or wait for one.
var clockReads = []string{
	"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker",
}

// namesThatSayNothing are refused as packages: name what is provided.
var namesThatSayNothing = []string{
	"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "shared",
}

// vendored folders hold files of others, which keep their own size.
var vendored = []string{"gateway/web/lib"}

func TestLayout(t *testing.T) {
	t.Parallel()
	faults, err := checkLayout(os.DirFS("."), layout, oversized)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// A name that means nothing forbids more than it says; one that stands below
// its importer is the start of a cycle.
func TestLayoutTableReadsDownwards(t *testing.T) {
	t.Parallel()
	var above []string
	for _, rule := range layout {
		for _, name := range strings.Fields(rule.third) {
			if _, ok := thirdParty[name]; !ok && name != everything {
				t.Errorf("%s: no module is called %q", rule.folder, name)
			}
		}
		for _, name := range strings.Fields(rule.ours) {
			known := slices.ContainsFunc(above, func(line string) bool { return line == name || covers(line, name) })
			if !known && name != everything {
				t.Errorf("%s: no line above for %q", rule.folder, name)
			}
		}
		above = append(above, rule.folder)
	}
}
