! The motion of bodies under gravity, by the symplectic leapfrog integrator (kick, drift, kick).
! usage: nbody FILE
!
! The first line of the file is `bodies steps time_step`, each further one a body: its mass times
! the constant of gravity, its position and its velocity, seven numbers.
!
! The outputs are floating point. Compilers round sums and square roots in different order or with
! fused multiply-add, which moves a body by about 1e-16 of its distance in each step; along regular
! orbits that grows to less than 1e-10 in the shipped datasets. Hence the stated tolerance of 1e-8;
! bodies that meet closely would need fewer steps.

module gravity
  use, intrinsic :: iso_fortran_env, only: real64
  implicit none
  private
  public :: integrate, energy

contains

  subroutine integrate(mass, position, velocity, steps, time_step)
    real(real64), intent(in) :: mass(:), time_step
    real(real64), intent(inout) :: position(:, :), velocity(:, :)
    integer, intent(in) :: steps
    integer :: step

    ! Between two steps the half kick at the end of one and at the start of the next are one kick.
    call kick(mass, position, velocity, time_step / 2)
    do step = 1, steps - 1
      position = position + time_step * velocity
      call kick(mass, position, velocity, time_step)
    end do
    position = position + time_step * velocity
    call kick(mass, position, velocity, time_step / 2)
  end subroutine integrate

  ! Each pair attracts each other: one square root serves both.
  subroutine kick(mass, position, velocity, time)
    real(real64), intent(in) :: mass(:), position(:, :), time
    real(real64), intent(inout) :: velocity(:, :)
    real(real64) :: offset(3), square, pull
    integer :: one, other

    do one = 1, size(mass)
      do other = one + 1, size(mass)
        offset = position(:, other) - position(:, one)
        square = offset(1)**2 + offset(2)**2 + offset(3)**2
        pull = time / (square * sqrt(square))
        velocity(:, one) = velocity(:, one) + mass(other) * pull * offset
        velocity(:, other) = velocity(:, other) - mass(one) * pull * offset
      end do
    end do
  end subroutine kick

  ! Kinetic and potential energy, times the constant of gravity.
  function energy(mass, position, velocity) result(total)
    real(real64), intent(in) :: mass(:), position(:, :), velocity(:, :)
    real(real64) :: total
    integer :: one, other

    total = 0
    do one = 1, size(mass)
      total = total + mass(one) * sum(velocity(:, one)**2) / 2
      do other = one + 1, size(mass)
        total = total - mass(one) * mass(other) / norm2(position(:, other) - position(:, one))
      end do
    end do
  end function energy

end module gravity


module environment
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: error_unit, iostat_end, iostat_eor, output_unit, real64
  implicit none
  private
  public :: fail, first_argument, repetitions, read_numbers, expect_end, finish_output

  integer, parameter :: longest_line = 1000
  integer, save :: lines_read = 0

  interface
    ! Of the C library: `stop` may add lines of its own to the message, and `exit` may hang when the
    ! Fortran runtime cannot write what is left in its buffers.
    subroutine exit_process(code) bind(c, name='_Exit')
      import :: c_int
      integer(c_int), value :: code
    end subroutine exit_process
  end interface

contains

  subroutine fail(what, subject)
    character(*), intent(in) :: what, subject

    write (error_unit, '(4a)') 'nbody: ', what, ': ', subject
    flush (error_unit)
    call exit_process(1_c_int)
  end subroutine fail

  function first_argument() result(argument)
    character(:), allocatable :: argument
    integer :: length

    if (command_argument_count() /= 1) call fail('expected one argument', 'FILE')
    call get_command_argument(1, length=length)
    allocate (character(length) :: argument)
    call get_command_argument(1, argument)
  end function first_argument

  function repetitions() result(count)
    integer :: count, status
    character(20) :: text

    count = 1
    call get_environment_variable('CT_REPEAT_MAIN', text, status=status)
    if (status == 1) return
    if (status == 0 .and. verify(trim(text), '0123456789') == 0) then
      read (text, *, iostat=status) count
    else
      status = -1
    end if
    if (status /= 0 .or. count < 1) call fail('CT_REPEAT_MAIN is not a positive number', trim(text))
  end function repetitions

  ! Reads a line that holds exactly as many numbers as `values`.
  subroutine read_numbers(unit, path, values)
    integer, intent(in) :: unit
    character(*), intent(in) :: path
    real(real64), intent(out) :: values(:)
    character(longest_line) :: line
    integer :: status

    read (unit, '(a)', advance='no', iostat=status) line
    if (status == iostat_end) call fail('truncated', path)
    if (status == 0) call fail('line too long', path)
    if (status /= iostat_eor) call fail('cannot read', path)
    lines_read = lines_read + 1
    ! List-directed input alone would accept repeat counts, slashes and additional numbers.
    status = verify(line, '0123456789+-.eE ') + abs(words(line) - size(values))
    if (status == 0) read (line, *, iostat=status) values
    if (status == 0 .and. all(abs(values) <= huge(values))) return
    write (line, '(a, i0)') 'malformed line ', lines_read
    call fail(trim(line), path)
  end subroutine read_numbers

  pure function words(line) result(count)
    character(*), intent(in) :: line
    integer :: count, i

    count = 0
    do i = 1, len(line)
      if (line(i:i) == ' ') cycle
      if (i == 1) then
        count = count + 1
      else if (line(i-1:i-1) == ' ') then
        count = count + 1
      end if
    end do
  end function words

  subroutine expect_end(unit, path)
    integer, intent(in) :: unit
    character(*), intent(in) :: path
    character(longest_line) :: line
    integer :: status

    read (unit, '(a)', advance='no', iostat=status) line
    if (status /= iostat_end) call fail('text after the last line', path)
  end subroutine expect_end

  subroutine finish_output()
    integer :: status

    flush (output_unit, iostat=status)
    if (status /= 0) call fail('cannot write', 'standard output')
  end subroutine finish_output

end module environment


program nbody
  use, intrinsic :: iso_fortran_env, only: real64
  use :: environment
  use :: gravity
  implicit none

  integer, parameter :: most_bodies = 10000, most_steps = 100000000
  character(:), allocatable :: path
  real(real64), allocatable :: mass(:), start_position(:, :), start_velocity(:, :)
  real(real64), allocatable :: position(:, :), velocity(:, :), previous(:, :)
  real(real64) :: time_step
  integer :: steps

  path = first_argument()
  call load()
  call integrate_repeatedly(repetitions())
  call print_outcome()
  deallocate (path, mass, start_position, start_velocity, position, velocity, previous)

contains

  subroutine load()
    real(real64) :: header(3), row(7)
    integer :: unit, status, bodies, body

    open (newunit=unit, file=path, status='old', action='read', iostat=status)
    if (status /= 0) call fail('cannot open', path)
    call read_numbers(unit, path, header)
    bodies = whole(header(1), most_bodies)
    steps = whole(header(2), most_steps)
    time_step = header(3)
    call allocate_arrays(bodies)
    do body = 1, bodies
      call read_numbers(unit, path, row)
      mass(body) = row(1)
      start_position(:, body) = row(2:4)
      start_velocity(:, body) = row(5:7)
    end do
    call expect_end(unit, path)
    close (unit)
  end subroutine load

  subroutine allocate_arrays(bodies)
    integer, intent(in) :: bodies
    integer :: status

    allocate (mass(bodies), start_position(3, bodies), start_velocity(3, bodies), &
              position(3, bodies), velocity(3, bodies), previous(3, bodies), stat=status)
    if (status /= 0) call fail('out of memory', path)
  end subroutine allocate_arrays

  function whole(number, largest) result(integral)
    real(real64), intent(in) :: number
    integer, intent(in) :: largest
    integer :: integral

    integral = int(max(1.0_real64, min(real(largest, real64), number)))
    if (abs(number - integral) > 0) call fail('number of bodies or steps out of range', path)
  end function whole

  ! Every repetition is compared with the one before, so that no compiler can leave any out.
  subroutine integrate_repeatedly(count)
    integer, intent(in) :: count
    integer :: repetition

    previous(:, :) = 0
    do repetition = 1, count
      position(:, :) = start_position
      velocity(:, :) = start_velocity
      call integrate(mass, position, velocity, steps, time_step)
      if (repetition > 1 .and. any(abs(position - previous) > 0)) &
        call fail('repetitions differ', path)
      previous(:, :) = position
    end do
  end subroutine integrate_repeatedly

  subroutine print_outcome()
    real(real64) :: before, after
    integer :: body

    before = energy(mass, start_position, start_velocity)
    after = energy(mass, position, velocity)
    if (.not. abs(before) + abs(after) <= huge(after)) call fail('bodies collide', path)
    print '(a, i0)', 'bodies ', size(mass)
    print '(a, i0)', 'steps ', steps
    print '(a, es24.15e3)', 'energy before ', before
    print '(a, es24.15e3)', 'energy after ', after
    do body = 1, size(mass)
      print '(a, i0, 3es24.15e3)', 'body ', body, position(:, body)
    end do
    call finish_output()
  end subroutine print_outcome

end program nbody
