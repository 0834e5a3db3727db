package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Kinds of those who act.
const (
	ByAgent       = "agent"
	ByIntegration = "integration" // an API key
	ByOperator    = "operator"    // of the installation, above its tenants
	BySystem      = "system"
)

// By is who does something, and from where.
type By struct {
	Kind    string
	ID      string
	Name    string
	Address string // network address as the server believes it; "" for the system
	Client  string // what the caller's program says it is; cut at maxClient bytes
}

const maxClient = 200

type actingKey struct{}

// Acting marks what is done with the context as done by somebody. The edge does so
// once for each request, so that no change can forget whose it is.
func Acting(ctx context.Context, by By) context.Context {
	return context.WithValue(ctx, actingKey{}, by)
}

// Actor is who acts in a context, by default the system: a seed, or what time or a
// rule says.
func Actor(ctx context.Context) By {
	if by, ok := ctx.Value(actingKey{}).(By); ok {
		return by
	}
	return By{Kind: BySystem, ID: BySystem, Name: BySystem}
}

// Action is what was done, as object.verb.
type Action string

// Actions. The page has words for each of them.
const (
	PersonCreated        Action = "person.created"
	PersonInvited        Action = "person.invited"
	PersonJoined         Action = "person.joined"
	PersonChanged        Action = "person.changed"
	InvitationWithdrawn  Action = "person.invitation_withdrawn"
	PersonDisabled       Action = "person.disabled"
	PersonEnabled        Action = "person.enabled"
	PersonLoggedOut      Action = "person.logged_out"
	PersonLink           Action = "person.reset_link"
	LinkEnded            Action = "person.link_ended" // its maker may make none any more
	PasswordSet          Action = "person.password"
	SignedIn             Action = "person.signed_in"
	FactorOn             Action = "person.factor_on"
	FactorOff            Action = "person.factor_off"
	FactorRemoved        Action = "person.factor_removed" // by an administrator
	IdentityLinked       Action = "person.identity_linked"
	IdentityUnlinked     Action = "person.identity_unlinked"
	RecoveryUsed         Action = "person.recovery_used"
	RecoveryMade         Action = "person.recovery_made"
	KeyMade              Action = "key.made"
	KeyRevoked           Action = "key.revoked"
	TeamCreated          Action = "team.created"
	TeamRenamed          Action = "team.renamed"
	TeamMerged           Action = "team.merged"
	TeamRemoved          Action = "team.removed"
	NumberRegistered     Action = "number.registered"
	NumberChanged        Action = "number.changed"
	NumberVerified       Action = "number.verified"
	NumberSubscribed     Action = "number.subscribed"
	NumberActivated      Action = "number.activated"
	AppMade              Action = "app.made"
	AppRenamed           Action = "app.renamed"
	AppSecret            Action = "app.secret"
	AppToken             Action = "app.verify_token" //nolint:gosec // a name
	AppPreviousDropped   Action = "app.previous_dropped"
	AppRemoved           Action = "app.removed"
	NumberPaused         Action = "number.paused"
	NumberResumed        Action = "number.resumed"
	NumbersExported      Action = "number.exported"
	SecretsRotated       Action = "secrets.rotated"
	TenantCreated        Action = "tenant.created"
	TenantChanged        Action = "tenant.changed"
	TenantSuspended      Action = "tenant.suspended"
	TenantResumed        Action = "tenant.resumed"
	TenantClosing        Action = "tenant.closing"
	TenantExported       Action = "tenant.exported"
	SettingsChanged      Action = "settings.changed"
	QuickReplyMade       Action = "quick_reply.made"
	QuickReplyChanged    Action = "quick_reply.changed"
	QuickReplyRemoved    Action = "quick_reply.removed"
	AuditExported        Action = "audit.exported"
	ConversationTaken    Action = "conversation.taken_over"
	ConversationExported Action = "conversation.exported"
	ConversationOpened   Action = "conversation.opened"   // by somebody who only looks on
	ConversationSearched Action = "conversation.searched" // by somebody who only looks on
)

// Object is what something was done to. Name is what people called it then.
type Object struct {
	Kind string // person, team, number, conversation, settings, key, app, tenant, quick_reply
	ID   string
	Name string
}

// Values are the fields that changed, by name. A secret stands as Hidden.
type Values map[string]any

// Hidden stands for a value that is not to be read here.
const Hidden = "•••"

// Changed keeps of two states of a thing what differs between them.
func Changed(before, after Values) (from, to Values) {
	from, to = Values{}, Values{}
	for name, value := range after {
		if was, ok := before[name]; !ok || !reflect.DeepEqual(was, value) {
			from[name], to[name] = was, value
		}
	}
	return from, to
}

// Entry is one line to be written; whoever acts in the context did it.
type Entry struct {
	TenantID wa.TenantID
	Action   Action
	Object   Object
	Before   Values // nil: nothing of it was there
	After    Values // nil: nothing of it is there
}

// Line is one that was written.
type Line struct {
	ID int64
	At time.Time
	By By
	Entry
}

// Write adds a line to the transaction of what it tells of. Without a tenant it is one
// of the whole installation, see Log.Installation.
func Write(ctx context.Context, tx pgx.Tx, e Entry) error {
	by := Actor(ctx)
	before, err := encoded(e.Before)
	if err != nil {
		return err
	}
	after, err := encoded(e.After)
	if err != nil {
		return err
	}
	if e.TenantID == "" {
		const insert = `
INSERT INTO installation_audit (by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
		if _, err = tx.Exec(ctx, insert, by.Kind, by.ID, by.Name, by.Address, Cut(by.Client), e.Action,
			e.Object.Kind, e.Object.ID, e.Object.Name, before, after); err != nil {
			return fmt.Errorf("write audit line %s: %w", e.Action, err)
		}
		return nil
	}
	const insert = `
INSERT INTO audit (tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	_, err = tx.Exec(ctx, insert, e.TenantID, by.Kind, by.ID, by.Name, by.Address, Cut(by.Client), e.Action,
		e.Object.Kind, e.Object.ID, e.Object.Name, before, after)
	if err != nil {
		return fmt.Errorf("write audit line %s: %w", e.Action, err)
	}
	return nil
}

func encoded(v Values) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode audit values: %w", err)
	}
	return text, nil
}

// Cut shortens what a stranger's program says of itself, at a character's end and
// without what a database does not take.
func Cut(client string) string {
	if len(client) > maxClient {
		client = client[:maxClient]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(client, ""), "\x00", "")
}

// Log reads what was written.
type Log struct{ pool *pgxpool.Pool }

// New reads from the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Log { return &Log{pool} }

// Note writes a line of something that changed nothing in the store: that it was
// looked at, or left the house.
func (l *Log) Note(ctx context.Context, e Entry) error {
	return pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error { return Write(ctx, tx, e) })
}

// Opened writes that somebody looks into a conversation, once an hour and person: whoever
// scrolls through a thread asks for it many times.
func (l *Log) Opened(ctx context.Context, tenant wa.TenantID, key wa.ConversationKey) error {
	const seen = `
SELECT EXISTS (SELECT FROM audit WHERE tenant_id = $1 AND object_kind = 'conversation' AND object_id = $2
    AND by_id = $3 AND action = $4 AND at > now() - interval '1 hour')`
	var already bool
	err := l.pool.QueryRow(ctx, seen, tenant, key.String(), Actor(ctx).ID, ConversationOpened).Scan(&already)
	if err != nil {
		return fmt.Errorf("look for an audit line: %w", err)
	}
	if already {
		return nil
	}
	return l.Note(ctx, Entry{TenantID: tenant, Action: ConversationOpened, Object: Object{Kind: "conversation", ID: key.String()}})
}
