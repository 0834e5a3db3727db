package relay_test

import (
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A team is merged while its conversations are with people and in its queue: each
// lands in the other with its owner; of a removed one, with its owner only where he
// works there. What comes to the team afterwards follows, and a team that was gone to
// is followed too.
func TestTeamsThatAreGone(t *testing.T) {
	t.Parallel()
	for _, merge := range []bool{true, false} {
		t.Run(fmt.Sprint("merged: ", merge), func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			for _, id := range []wa.TeamID{"old", "new", "last"} {
				if _, err := o.staff.PutTeam(t.Context(), "acme", staff.Team{ID: id, Name: string(id)}); err != nil {
					t.Fatal(err)
				}
			}
			ctx, bea, ana := o.asRoot(t.Context()), o.people["bea"].ID, o.people["ana"].ID
			for team, who := range map[wa.TeamID][]wa.AgentID{"old": {bea, ana}, "new": {ana}} {
				if _, err := o.staff.SetMembers(ctx, "acme", team, who, nil); err != nil {
					t.Fatal(err)
				}
			}
			const people = 120
			for n := range people {
				key := o.write(n, "old", fmt.Sprint("wamid.", n))
				if owner := []string{"", "bea", "ana"}[n%3]; owner != "" {
					by := o.by(owner)
					by.Teams = append(by.Teams, "old")
					o.ask(key, &actorpb.Claim{By: by})
					if n%4 == 0 {
						o.ask(key, &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED})
					}
				}
			}
			end, err := o.staff.EndTeam(ctx, "acme", "old", "new", merge)
			if err != nil {
				t.Fatal(err)
			}
			o.start("first", o.grains)
			job := o.ended(end.Job)
			if job.Done != people || job.Failed != 0 {
				t.Errorf("%d done, %d failed; want %d", job.Done, job.Failed, people)
			}
			const owned = `SELECT count(*) FROM conversation WHERE team_id = $1 AND coalesce(owner_id, '') = $2`
			beas := people / 3
			if !merge {
				beas = 0
			}
			if n := o.count(owned, "new", bea); n != beas {
				t.Errorf("bea has %d, want %d", n, beas)
			}
			if n := o.count(owned, "new", ana); n != people/3 {
				t.Errorf("ana has %d", n)
			}
			if n := o.count(`SELECT count(*) FROM job_item WHERE job_id = $1 AND result = 'queue'`, end.Job); n != people-people/3-beas {
				t.Errorf("%d went to the queue", n)
			}

			o.write(people, "old", "wamid.late") // by a member that remembers the number's team
			o.eventually("what came late has followed", func() bool { return o.count(`SELECT count(*) FROM conversation WHERE team_id = 'new'`) == people+1 })
			if _, err := o.staff.EndTeam(ctx, "acme", "new", "last", true); err != nil {
				t.Fatal(err)
			}
			o.write(people+1, "old", "wamid.later")
			o.eventually("all is where the second went", func() bool {
				return o.count(`SELECT count(*) FROM conversation WHERE team_id = 'last'`) == people+2
			})
			if n := o.count(`SELECT count(*) FROM conversation WHERE team_id IN ('old', 'new')`); n != 0 {
				t.Errorf("%d are in teams that are gone", n)
			}
		})
	}
}
