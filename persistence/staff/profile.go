package staff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are known where the system has no list of them
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Bounds of a profile: entries of a list, and characters of a skill.
const (
	MaxSkills      = 50
	maxSkillLength = 40
	maxLanguages   = 20
)

// Profile is what a person can do, and how the inbox is to speak to him. It gives no
// right. The zero value says nothing.
type Profile struct {
	Skills            []string // short tags, in the order in which they were given
	Languages         []string // that he writes: BCP 47, of Languages
	TimeZone          string   // IANA; empty: not chosen
	InterfaceLanguage string   // of InterfaceLanguages; empty: that of the browser
}

// ProfileChange is what is to become of a profile; nil leaves as it is.
type ProfileChange struct {
	Skills            *[]string
	Languages         *[]string
	TimeZone          *string
	InterfaceLanguage *string
}

// ProfileError says which field of a profile cannot be so, and what can.
type ProfileError struct{ Field, Remedy string }

func (e *ProfileError) Error() string { return e.Field + ": " + e.Remedy }

// Languages are those that a person may be said to write, as BCP 47 tags.
func Languages() []string {
	return []string{
		"ar", "bg", "ca", "cs", "da", "de", "el", "en", "en-GB", "en-US", "es", "es-AR", "es-ES", "es-MX", "fi", "fr", "gl", "gn", "he",
		"hi", "hr", "hu", "id", "it", "ja", "ko", "nl", "no", "pl", "pt", "pt-BR", "pt-PT", "qu", "ro", "ru", "sk", "sr", "sv",
		"th", "tr", "uk", "vi", "zh", "zh-Hans", "zh-Hant",
	}
}

// InterfaceLanguages are those in which the inbox speaks.
func InterfaceLanguages() []string { return []string{"pt-BR", "en", "es"} }

// zoneName is how zones are written that people live in: no "Local", which is another one
// on each machine, and no copies of the list that some systems have.
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+/-]*$`)

// change makes of a profile what it is to be.
func (p *Profile) change(c *ProfileChange) {
	if c.Skills != nil {
		p.Skills = *c.Skills
	}
	if c.Languages != nil {
		p.Languages = *c.Languages
	}
	if c.TimeZone != nil {
		p.TimeZone = *c.TimeZone
	}
	if c.InterfaceLanguage != nil {
		p.InterfaceLanguage = *c.InterfaceLanguage
	}
}

// checkProfile puts a profile in order, or says with a ProfileError what is wrong with it.
func (p *Profile) checkProfile() error {
	var err error
	if p.Skills, err = checkSkills(p.Skills); err != nil {
		return err
	}
	if p.Languages, err = checkLanguages(p.Languages); err != nil {
		return err
	}
	if p.TimeZone = strings.TrimSpace(wa.CleanText(p.TimeZone)); p.TimeZone != "" {
		_, err := time.LoadLocation(p.TimeZone)
		if err != nil || p.TimeZone == "Local" || !zoneName.MatchString(p.TimeZone) {
			return &ProfileError{"time_zone", "want a zone of the IANA list, such as America/Sao_Paulo or UTC; empty: none"}
		}
	}
	if p.InterfaceLanguage != "" && !slices.Contains(InterfaceLanguages(), p.InterfaceLanguage) {
		return &ProfileError{"interface_language", "want pt-BR, en or es; empty: that of the browser"}
	}
	return nil
}

func checkSkills(list []string) ([]string, error) {
	if len(list) > MaxSkills {
		return nil, &ProfileError{"skills", fmt.Sprintf("there are %d: want at most %d", len(list), MaxSkills)}
	}
	skills, seen := make([]string, 0, len(list)), make(map[string]bool, len(list))
	for _, skill := range list {
		skill = strings.Join(strings.Fields(wa.CleanText(skill)), " ")
		switch n := utf8.RuneCountInString(skill); {
		case n == 0:
			return nil, &ProfileError{"skills", "one is empty: leave it out"}
		case n > maxSkillLength:
			return nil, &ProfileError{"skills", fmt.Sprintf("one has %d characters: want at most %d", n, maxSkillLength)}
		case seen[strings.ToLower(skill)]:
			return nil, &ProfileError{"skills", fmt.Sprintf("%q is there twice: leave one out", skill)}
		}
		seen[strings.ToLower(skill)] = true
		skills = append(skills, skill)
	}
	return skills, nil
}

func checkLanguages(list []string) ([]string, error) {
	if len(list) > maxLanguages {
		return nil, &ProfileError{"languages", fmt.Sprintf("there are %d: want at most %d", len(list), maxLanguages)}
	}
	all, tags := Languages(), make([]string, 0, len(list))
	for _, tag := range list {
		at := slices.IndexFunc(all, func(known string) bool { return strings.EqualFold(known, tag) })
		switch {
		case at < 0:
			return nil, &ProfileError{"languages", "want tags of this list: " + strings.Join(all, ", ")}
		case slices.Contains(tags, all[at]):
			return nil, &ProfileError{"languages", all[at] + " is there twice: leave one out"}
		}
		tags = append(tags, all[at])
	}
	return tags, nil
}

// tellProfile adds a profile to what the audit says of a person; all of it, or what there
// is of a new one.
func (p *Profile) tellProfile(values audit.Values, all bool) audit.Values {
	if all || len(p.Skills) > 0 {
		values["skills"] = p.Skills
	}
	if all || len(p.Languages) > 0 {
		values["languages"] = p.Languages
	}
	if all || p.TimeZone != "" {
		values["time_zone"] = p.TimeZone
	}
	if all || p.InterfaceLanguage != "" {
		values["interface_language"] = p.InterfaceLanguage
	}
	return values
}
