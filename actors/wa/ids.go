package wa

// PhoneNumberID is Meta's id of one of our business numbers. Unique across
// WhatsApp; opaque digits, not the number itself.
type PhoneNumberID string

// AccountID is the id of a WhatsApp Business Account (WABA), unique across WhatsApp.
type AccountID string

// PortfolioID is the id of a Meta business portfolio. Business-scoped user ids
// are unique within one portfolio only.
type PortfolioID string

// ContactID is our own id of a person, unique within the installation. It is
// never derived from a phone or a BSUID: both can be missing and both can change.
type ContactID string

// MessageID identifies a message within one phone number: a wamid for what
// reaches us from WhatsApp, a UUIDv7 of ours for what we send.
type MessageID string

// TenantID is a customer company of this installation.
type TenantID string

// TeamID is a team, unique within its tenant.
type TeamID string

// AgentID is a human seat, unique within the installation.
type AgentID string

// UploadID is our own id of a file that was uploaded to be sent, unique within its tenant.
type UploadID string

// Kinds of grains. Free of "." and "/", which protoactor uses as separators.
const (
	ConversationKind = "Conversation"
	PhoneNumberKind  = "PhoneNumber"
	FeedKind         = "Feed"
)
