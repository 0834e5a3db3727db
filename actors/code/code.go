// Package code is the one list of the codes by which refusals of grains and
// problems of the API are known. They are stable: clients act on them, and pages
// have words for them in every language.
package code

// Refusals: rules of a grain that forbid a command.
const (
	NotFound     = "not_found"
	NotOwner     = "not_owner"     // somebody else owns it
	Unclaimed    = "unclaimed"     // nobody owns it: claim first
	AlreadyOwned = "already_owned" // a claim came too late
	StaleEpoch   = "epoch"         // decided on an older ownership
	Stale        = "stale"         // something arrived that the composer had not seen
	WindowClosed = "window_closed"
	TooManyOpen  = "too_many_open"
	BadContent   = "bad_content"
	BadRequest   = "bad_request"
	Forbidden    = "forbidden"
	SeatClosed   = "seat_closed"    // who would own it has a disabled account
	NotInTeam    = "not_in_team"    // who would own it does not work for its team
	NotForNumber = "not_for_number" // who would own it does not work with its number
	NoTemplate   = "no_template"    // not one that can be sent, whatever it is filled with
	MonthSpent   = "month_spent"    // the tenant has sent what it may in this month

	PausedAlready = "paused_already" // the number holds back more than the order would
)

// Problems that no grain knows: of the door, of accounts and of what is away.
const (
	BadLogin        = "bad_login"
	NoSession       = "no_session"
	BadCSRF         = "bad_csrf"
	BadOrigin       = "bad_origin"
	LastAdmin       = "last_admin"
	Oneself         = "oneself"
	LinkUsed        = "link_used"
	StepOver        = "step_over"       // the first step of a sign-in is too long ago
	FactorDemanded  = "factor_demanded" // the tenant asks for a second factor
	ProviderOnly    = "provider_only"   // a password is no way in: the company's provider is
	LastWay         = "last_way"        // no administrator could sign in with a password
	EmailTaken      = "email_taken"
	TooLarge        = "too_large"
	NotApplied      = "not_applied"
	NotProven       = "not_proven"
	NoTeam          = "no_team"
	TenantSuspended = "tenant_suspended"
	TenantLimit     = "tenant_limit" // as many numbers or seats as it may have
	BeingErased     = "being_erased" // what a tenant left of it is still being removed
	TooManyAttempts = "too_many_attempts"
	TooManyUploads  = "too_many_uploads" // that their uploader has not sent
	InUse           = "in_use"           // something else still needs it
	Outdated        = "outdated"         // somebody has changed it since
	UnknownOutcome  = "unknown_outcome"
	Unavailable     = "unavailable"
	Internal        = "internal"
)
