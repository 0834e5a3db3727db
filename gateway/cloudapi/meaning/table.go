package meaning

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Row says of one field of Meta's webhooks, or one type of it, what becomes of it.
type Row struct {
	Field string
	Type  string // "": every type of the field that has no row of its own
	// Happened, Thread, Told and Stops are for people: what it tells, what the thread
	// shows, who is told, and what stops. "": nothing.
	Happened, Thread, Told, Stops string
	// Stored says why it is only stored; "": it is applied.
	Stored string
}

// next is why what coexistence brings is only stored.
const next = "stored only, because messages of the phone are not taken into threads yet"

// Table is the reference of Meta's webhooks, field by field.
func Table() []Row {
	return slices.Concat(ofPeople(), ofAccounts(), ofTemplates(), onlyStored())
}

func ofPeople() []Row {
	return []Row{
		{Field: "messages", Type: "messages", Happened: "somebody wrote", Thread: "the message", Told: "owner, or the queue"},
		{
			Field: "messages", Type: "statuses", Happened: "a message of ours got further, or failed", Thread: "its marks, or the reason",
			Told: "its sender", Stops: "131050 and 130403 stop marketing to the person, at the claim",
		},
		{Field: "messages", Type: "errors", Happened: "an error of the number", Told: "administrators", Stops: "by its code, see package codes"},
		{Field: "user_preferences", Happened: "somebody stops or resumes marketing", Thread: "a line, and the panel", Stops: "marketing of the portfolio, at the claim"},
		{Field: "calls", Happened: "a call ended, or was missed", Thread: "the call; it opens the window", Told: "owner, or the queue"},
		{Field: "standby", Happened: "somebody writes with Meta's agent", Thread: "the message", Told: "owner, or the queue"},
		{Field: "messaging_handovers", Happened: "Meta's agent takes or gives back a conversation", Thread: "a line"},
	}
}

func ofAccounts() []Row {
	restricted := Row{Field: "account_update", Happened: "the account is restricted or freed", Told: "administrators, as trouble of its numbers"}
	var rows []Row
	for _, event := range []string{
		"ACCOUNT_RESTRICTION", "DISABLED_UPDATE", "ACCOUNT_VIOLATION", "ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "ACCOUNT_RECONNECTED", "PARTNER_REMOVED",
	} {
		row := restricted
		if row.Type = event; event == "ACCOUNT_RESTRICTION" {
			row.Stops = "RESTRICTED_BIZ_INITIATED_MESSAGING: what its numbers begin, until it ends; answers go on"
		}
		rows = append(rows, row)
	}
	return append(
		rows,
		Row{Field: "account_update", Stored: "stored only, because it changes nothing of what the account's numbers may do"},
		Row{Field: "phone_number_quality_update", Happened: "quality, tier or throughput of a number changed", Told: "administrators, on the page of numbers", Stops: "a lower throughput slows the number"},
		Row{Field: "phone_number_name_update", Happened: "a name was approved or not", Told: "administrators, on the page of numbers"},
		Row{Field: "business_capability_update", Happened: "limits of the portfolio changed", Told: "administrators, as the tier of its numbers"},
	)
}

func ofTemplates() []Row {
	var rows []Row
	for _, field := range []string{
		"message_template_status_update", "message_template_quality_update", "message_template_components_update", "template_category_update",
	} {
		rows = append(rows, Row{Field: field, Happened: "a template changed", Told: "whoever chooses one: the list is read again", Stops: "sends of a template that is paused or gone, at the claim"})
	}
	return rows
}

func onlyStored() []Row {
	notTold := "stored only, because administrators get no notice of it yet"
	return []Row{
		{Field: "calls", Type: "ringing", Stored: "stored only, because a call that rings is told when it ends"},
		{Field: "messages", Type: "group", Stored: "stored only, because groups have no threads yet"},
		{Field: "messages", Type: "status", Stored: "stored only, because the status is none that Meta documents"},
		{Field: "messages", Type: "user_actions", Stored: "stored only, because clicks count for campaigns, of which there are none yet"},
		{Field: "messages", Type: "conversation_context", Stored: "stored only, because it names no person: the message beside it does"},
		{Field: "messages", Stored: "stored only, because this part is not documented"},
		{Field: "standby", Type: "message_echoes", Stored: next},
		{Field: "smb_message_echoes", Stored: next},
		{Field: "smb_app_state_sync", Stored: next},
		{Field: "history", Stored: next},
		{Field: "message_echoes", Stored: next},
		{Field: "group_lifecycle_update", Stored: "stored only, because groups have no threads yet"},
		{Field: "group_participants_update", Stored: "stored only, because groups have no threads yet"},
		{Field: "group_settings_update", Stored: "stored only, because groups have no threads yet"},
		{Field: "group_status_update", Stored: "stored only, because groups have no threads yet"},
		{Field: "security", Stored: notTold},
		{Field: "account_alerts", Stored: notTold},
		{Field: "account_review_update", Stored: notTold},
		{Field: "flows", Stored: notTold},
		{Field: "payment_configuration_update", Stored: notTold},
		{Field: "business_username_updates", Stored: notTold},
		{Field: "partner_solutions", Stored: "stored only, because it concerns whoever provides the Meta app, and no number"},
		{Field: "account_settings_update", Stored: "stored only, because calls are answered on no page here"},
		{Field: "automatic_events", Stored: "stored only, because Meta reports these to its own ads"},
		{Field: "user_id_update", Stored: "stored only, because Meta withdrew the field: a system message tells the same"},
	}
}

// Unknown is why a field is only stored that no row names.
const Unknown = "stored only, because this release does not know the field"

// Of finds the row of a field: that of its type, else that of all its types.
func Of(f *cloudapi.Field) Row {
	kind := f.Part
	switch f.Name {
	case "calls":
		kind = "ringing" // whoever ended has become a message
	case "account_update":
		var value struct {
			Event any `json:"event"`
		}
		if json.Unmarshal(f.Raw, &value) == nil {
			kind = strings.ToUpper(text(value.Event))
		}
	}
	table := Table()
	for _, typed := range []string{kind, ""} {
		if n := slices.IndexFunc(table, func(r Row) bool { return r.Field == f.Name && r.Type == typed }); n >= 0 {
			row := table[n]
			if f.Name == "user_preferences" || f.Name == "standby" || f.Name == "messaging_handovers" {
				row.Stored = "stored only, because this of it is not documented"
				if f.Part == "message_echoes" {
					row.Stored = next
				}
			}
			return row
		}
	}
	return Row{Field: f.Name, Stored: Unknown}
}
