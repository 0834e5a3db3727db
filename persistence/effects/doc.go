// Package effects is what commits ask of the world: the outbox of sends with the
// pace of each number, and the alarms of conversations.
//
// A send is claimed by a member, leaves, and gets an outcome; its row goes when
// the conversation has recorded it. A claim ends with its member: what was claimed
// then may have left and is shown as such. A claim holds the number's row of pace,
// so that all members together keep Meta's rate.
package effects
