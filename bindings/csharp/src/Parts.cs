using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Guanxi
{
    /// <summary>A kind of events of a playbook, with how many there were.</summary>
    public sealed class Kind
    {
        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>What people call it; its name where its author gave no label.</summary>
        public string Label { get; }

        /// <summary>The same in Chinese.</summary>
        public string LabelZh { get; }

        /// <summary>How many there were.</summary>
        public long Events { get; }

        /// <summary>How many customers had one.</summary>
        public long Customers { get; }

        /// <summary>When the first happened; null where there is none.</summary>
        public DateTimeOffset? First { get; }

        /// <summary>When the last happened; null where there is none.</summary>
        public DateTimeOffset? Last { get; }

        internal Kind(IntPtr review, long index)
        {
            long[] events = { 0 }, customers = { 0 }, first = { 0 }, last = { 0 };
            Call.Run(error => C.gx_kind_events(review, index, events, customers, first, last, error));
            Name = Call.Borrowed(C.gx_kind_name(review, index));
            Label = Call.Borrowed(C.gx_kind_label(review, index, C.GX_EN));
            LabelZh = Call.Borrowed(C.gx_kind_label(review, index, C.GX_ZH));
            Events = events[0];
            Customers = customers[0];
            First = Moment(first[0]);
            Last = Moment(last[0]);
        }

        private static DateTimeOffset? Moment(long micros) =>
            micros == C.GX_TIME_NONE ? (DateTimeOffset?)null : When.Moment(micros);
    }

    /// <summary>A segment of a playbook, with how many customers are in it.</summary>
    public sealed class Segment
    {
        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>What people call it; its name where its author gave no label.</summary>
        public string Label { get; }

        /// <summary>The same in Chinese.</summary>
        public string LabelZh { get; }

        /// <summary>How many are in it.</summary>
        public long Members { get; }

        /// <summary>For how many its condition is an error; they are not in it.</summary>
        public long Errors { get; }

        internal Segment(IntPtr review, long index)
        {
            long[] members = { 0 }, errors = { 0 };
            Call.Run(error => C.gx_segment_members(review, index, members, errors, error));
            Name = Call.Borrowed(C.gx_segment_name(review, index));
            Label = Call.Borrowed(C.gx_segment_label(review, index, C.GX_EN));
            LabelZh = Call.Borrowed(C.gx_segment_label(review, index, C.GX_ZH));
            Members = members[0];
            Errors = errors[0];
        }
    }

    /// <summary>A state of a machine.</summary>
    public sealed class State
    {
        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>What people call it; its name where its author gave no label.</summary>
        public string Label { get; }

        /// <summary>The same in Chinese.</summary>
        public string LabelZh { get; }

        /// <summary>How many are in it, or in a state inside it.</summary>
        public long Customers { get; }

        /// <summary>The name of the state that it is inside, or null.</summary>
        public string Inside { get; }

        internal State(IntPtr review, long machine, long state)
        {
            long[] customers = { 0 }, inside = { 0 };
            Call.Run(error => C.gx_state_customers(review, machine, state, customers, inside, error));
            Name = Call.Borrowed(C.gx_state_name(review, machine, state));
            Label = Call.Borrowed(C.gx_state_label(review, machine, state, C.GX_EN));
            LabelZh = Call.Borrowed(C.gx_state_label(review, machine, state, C.GX_ZH));
            Customers = customers[0];
            Inside = inside[0] == C.GX_OUTERMOST ? null : Call.Borrowed(C.gx_state_name(review, machine, inside[0]));
        }
    }

    /// <summary>A lifecycle at the instant of a review.</summary>
    public sealed class Machine
    {
        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>What people call it; its name where its author gave no label.</summary>
        public string Label { get; }

        /// <summary>The same in Chinese.</summary>
        public string LabelZh { get; }

        /// <summary>Whether it runs once for each key, so that runs are counted instead of customers.</summary>
        public bool IsKeyed { get; }

        /// <summary>For how many customers one of its definitions failed, who went on without it.</summary>
        public long Troubles { get; }

        /// <summary>Each after the one it is inside, the likely ones first.</summary>
        public IReadOnlyList<State> States { get; }

        internal Machine(IntPtr review, long index)
        {
            long[] count = { 0 }, troubles = { 0 };
            int[] keyed = { 0 };
            Call.Run(error => C.gx_machine_states(review, index, count, keyed, troubles, error));
            Name = Call.Borrowed(C.gx_machine_name(review, index));
            Label = Call.Borrowed(C.gx_machine_label(review, index, C.GX_EN));
            LabelZh = Call.Borrowed(C.gx_machine_label(review, index, C.GX_ZH));
            IsKeyed = keyed[0] != 0;
            Troubles = troubles[0];
            var states = new List<State>();
            for (long state = 0; state < count[0]; state++)
            {
                states.Add(new State(review, index, state));
            }
            States = states.AsReadOnly();
        }
    }

    /// <summary>
    /// Of one state in one period: <see cref="Opening"/> + <see cref="Began"/> + <see cref="Entered"/> - <see cref="Left"/> -
    /// <see cref="Erased"/> = <see cref="Closing"/>.
    /// </summary>
    public sealed class Balance
    {
        /// <summary>The name of the state.</summary>
        public string State { get; }

        /// <summary>Who was there before the period.</summary>
        public long Opening { get; }

        /// <summary>Who was first known there.</summary>
        public long Began { get; }

        /// <summary>Who came from elsewhere.</summary>
        public long Entered { get; }

        /// <summary>Who went elsewhere.</summary>
        public long Left { get; }

        /// <summary>Who was erased while there.</summary>
        public long Erased { get; }

        /// <summary>Who was there at the end, or at the instant of the review where that is earlier.</summary>
        public long Closing { get; }

        internal Balance(string state, IntPtr room, int at)
        {
            State = state;
            Opening = Marshal.ReadInt64(room, at);
            Began = Marshal.ReadInt64(room, at + 8);
            Entered = Marshal.ReadInt64(room, at + 16);
            Left = Marshal.ReadInt64(room, at + 24);
            Erased = Marshal.ReadInt64(room, at + 32);
            Closing = Marshal.ReadInt64(room, at + 40);
        }
    }

    /// <summary>Who came into each state of a machine and who went out, in one period.</summary>
    public sealed class Period
    {
        /// <summary>From when on, in UTC.</summary>
        public DateTimeOffset Since { get; }

        /// <summary>Until just before when.</summary>
        public DateTimeOffset Until { get; }

        /// <summary>Whether it is not over at the instant of the review.</summary>
        public bool IsSoFar { get; }

        /// <summary>In the order of the machine's states.</summary>
        public IReadOnlyList<Balance> Balances { get; }

        internal Period(IntPtr review, string machine, string every, long at)
        {
            byte[] which = Call.BytesIf(machine, nameof(machine));
            byte[] unit = Call.Bytes(every, nameof(every));
            // A name that no machine has is told by the library.
            IReadOnlyList<State> states = StatesOf(review, machine);
            long[] from = { 0 }, until = { 0 };
            using (var room = new Struct((long)Struct.Balance * states.Count))
            {
                Call.Run(error => C.gx_machine_balance(review, which, Call.Length(which), unit, unit.Length, at,
                    room.Pointer, states.Count, from, until, error));
                var balances = new List<Balance>();
                for (int state = 0; state < states.Count; state++)
                {
                    balances.Add(new Balance(states[state].Name, room.Pointer, Struct.Balance * state));
                }
                Balances = balances.AsReadOnly();
            }
            Since = When.Moment(from[0]);
            Until = When.Moment(until[0]);
            IsSoFar = C.gx_review_as_of(review) < until[0];
        }

        /// <summary>The states of a machine, or of the only one.</summary>
        private static IReadOnlyList<State> StatesOf(IntPtr review, string machine)
        {
            long count = C.gx_machine_count(review);
            for (long index = 0; index < count; index++)
            {
                string name = Call.Borrowed(C.gx_machine_name(review, index));
                if (name == machine || (machine == null && count == 1))
                {
                    return new Machine(review, index).States;
                }
            }
            return new State[0];
        }
    }
}
