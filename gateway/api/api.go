package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/gateway/telemetry"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Registrar stores business numbers and their rates; the relay is one.
type Registrar interface {
	Register(ctx context.Context, r numbers.Registration) error
	SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error
	SetTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID, numbers []wa.PhoneNumberID) error
	ReplaceToken(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, token string) error
}

// Config is what the handlers answer from. A nil interface answers 404.
type Config struct {
	Staff     *staff.Staff
	Inbox     *inbox.Inbox
	Search    *searchindex.Index
	Consents  *consent.Consents // nil: nothing is told of what a person allows
	Cluster   cluster.Asker
	Registrar Registrar
	Threads   *view.Threads
	Orders    *orders.Orders
	// Recipients are found by address; nil: nobody can be written to first.
	Recipients *recipient.Finder
	Hub        *live.Hub
	Logger     *slog.Logger
	Guard      telemetry.Guard
	Now        func() time.Time
}

// Handlers are the handlers of the API, by topic.
type Handlers struct {
	Conversations *conversations
	People        *people
	Numbers       *Numbers
	Commands      *commands
	Firsts        *firsts
}

func New(c Config) Handlers {
	return Handlers{
		Conversations: &conversations{
			inbox: c.Inbox, consents: c.Consents, threads: c.Threads, finder: search.NewFinder(c.Search), counter: &counter{inbox: c.Inbox, hub: c.Hub}, now: c.Now,
		},
		People:   &people{c.Staff, c.Inbox},
		Numbers:  &Numbers{cluster: c.Cluster, inbox: c.Inbox, registrar: c.Registrar, staff: c.Staff, log: c.Logger, guard: c.Guard},
		Commands: &commands{c.Orders},
		Firsts:   &firsts{c.Recipients, c.Orders},
	}
}

// conversations answers what lists, threads and panels show.
type conversations struct {
	inbox    *inbox.Inbox
	consents *consent.Consents
	threads  *view.Threads
	finder   *search.Finder
	counter  *counter
	now      func() time.Time // the clock that windows close by
}

// people are accounts and teams.
type people struct {
	staff *staff.Staff
	inbox *inbox.Inbox
}

// Numbers are the numbers of a tenant, their state and their templates.
type Numbers struct {
	cluster   cluster.Asker
	inbox     *inbox.Inbox
	registrar Registrar
	staff     *staff.Staff
	log       *slog.Logger
	guard     telemetry.Guard
	known     recent[*actorpb.NumberState]
}

// commands are orders to one conversation.
type commands struct{ orders *orders.Orders }
