package view

import "github.com/prosa-chat/prosa/persistence/staff"

// Profile is what a person can do, and how the inbox speaks to him. Managers, admins and
// the person see it; to others it is empty.
type Profile struct {
	Skills            []string `json:"skills" doc:"What the person knows. This, languages, time zone and interface language are empty to all but the person, managers and admins"`
	Languages         []string `json:"languages" doc:"That the person writes: BCP 47"`
	TimeZone          string   `json:"time_zone" doc:"IANA; empty: not chosen, UTC holds"`
	InterfaceLanguage string   `json:"interface_language" doc:"pt-BR, en, es; empty: that of the browser"`
}

// OfProfile shows a profile.
func OfProfile(p *staff.Profile) Profile {
	v := Profile{p.Skills, p.Languages, p.TimeZone, p.InterfaceLanguage}
	if v.Skills == nil {
		v.Skills = []string{}
	}
	if v.Languages == nil {
		v.Languages = []string{}
	}
	return v
}
