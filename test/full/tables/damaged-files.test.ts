import { describeDamage } from "../../tables/damage.ts";

describeDamage({ flippedBits: 150, cuts: 80, changedNumbers: 250 });
